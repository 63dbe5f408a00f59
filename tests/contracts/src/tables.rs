//! An embedded DynamoDB with the tables of `infra/template.yaml`.

use aws::{Account, Config, Ports};
use aws_sdk_dynamodb::{
    Client,
    config::Credentials,
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
        ScalarAttributeType,
    },
};
use dynoxide::Database;
use tokio::{net::TcpListener, task::JoinHandle};

/// A running store with its tables. Dropping it ends it.
pub struct Tables {
    sdk: aws_types::SdkConfig,
    server: JoinHandle<()>,
}

impl Tables {
    /// Empty tables.
    pub async fn make() -> Self {
        let database = Database::memory().expect("a database in memory");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("bound"));
        let server = tokio::spawn(async move {
            dynoxide::server::serve_on(listener, database).await;
        });
        let credentials = Credentials::new("test", "test", None, None, "static");
        let account = Account { region: "us-east-1".to_owned(), credentials, endpoint: Some(endpoint) };
        let sdk = account.sdk().expect("this machine trusts somebody");
        let client = Client::new(&sdk);
        for table in &TABLES {
            create(&client, table).await;
        }
        Self { sdk, server }
    }

    /// The tables as they are, beside the ports.
    pub fn client(&self) -> Client {
        Client::new(&self.sdk)
    }

    pub fn names() -> [&'static str; TABLES.len()] {
        TABLES.each_ref().map(|table| table.name)
    }

    /// Ports as a function that has just started has them: nothing cached, nothing counted.
    pub fn ports(&self) -> Ports {
        Ports::new(&self.sdk, config())
    }
}

impl Drop for Tables {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[derive(Clone)]
struct Table {
    name: &'static str,
    keys: &'static [&'static str],
    indexes: &'static [(&'static str, &'static [&'static str], ProjectionType)],
}

const BY_STATE: (&str, &[&str], ProjectionType) = ("by_state", &["list", "place"], ProjectionType::All);

const TABLES: [Table; 13] = [
    Table { name: "records", keys: &["record", "seq"], indexes: &[] },
    Table { name: "matches", keys: &["key", "record"], indexes: &[] },
    Table { name: "executions", keys: &["execution"], indexes: &[BY_STATE] },
    Table { name: "tasks", keys: &["record", "task"], indexes: &[BY_STATE] },
    Table { name: "timers", keys: &["minute", "place"], indexes: &[] },
    Table { name: "sweep", keys: &["name"], indexes: &[] },
    Table { name: "pools", keys: &["pool", "row"], indexes: &[] },
    Table { name: "members", keys: &["person"], indexes: &[] },
    Table { name: "absences", keys: &["list", "person"], indexes: &[] },
    Table {
        name: "effects",
        keys: &["effect"],
        indexes: &[
            ("by_time", &["list", "place"], ProjectionType::KeysOnly),
            ("held", &["held", "place"], ProjectionType::KeysOnly),
        ],
    },
    Table { name: "playbooks", keys: &["playbook", "part"], indexes: &[] },
    Table { name: "dead_letters", keys: &["id"], indexes: &[("by_time", &["list", "place"], ProjectionType::All)] },
    Table { name: "attempts", keys: &["message"], indexes: &[] },
];

async fn create(client: &Client, table: &Table) {
    let mut names: Vec<&str> = table.keys.to_vec();
    names.extend(table.indexes.iter().flat_map(|(_, keys, _)| keys.iter().copied()));
    names.sort_unstable();
    names.dedup();
    let mut request = client
        .create_table()
        .table_name(table.name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(keys(table.keys)));
    for name in names {
        let kind = if name == "seq" { ScalarAttributeType::N } else { ScalarAttributeType::S };
        let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build();
        request = request.attribute_definitions(attribute.expect("a name and a type are set"));
    }
    for (name, index_keys, projection) in table.indexes {
        let index = GlobalSecondaryIndex::builder()
            .index_name(*name)
            .set_key_schema(Some(keys(index_keys)))
            .projection(Projection::builder().projection_type(projection.clone()).build())
            .build();
        request = request.global_secondary_indexes(index.expect("a name, keys and a projection are set"));
    }
    request.send().await.expect("the table is made");
}

fn keys(names: &[&str]) -> Vec<KeySchemaElement> {
    names
        .iter()
        .zip([KeyType::Hash, KeyType::Range])
        .map(|(name, kind)| {
            let key = KeySchemaElement::builder().attribute_name(*name).key_type(kind).build();
            key.expect("a name and a type are set")
        })
        .collect()
}

fn config() -> Config {
    let value = |name: &str| {
        let table = name.strip_prefix("HANDOFF_").and_then(|name| name.strip_suffix("_TABLE"));
        match name {
            "HANDOFF_API_KEYS" | "HANDOFF_FORM_SECRETS" | "HANDOFF_BODY_LIMIT" => None,
            _ => Some(table.unwrap_or(name).to_lowercase()),
        }
    };
    Config::read(value).expect("every variable is set")
}
