//! The JSON Schemas that editors use: generated from the types, committed beside the shipped playbook, and
//! of one mind with the loader.
//!
//! With `UPDATE_SCHEMAS=1` the committed files are written again.
#![expect(clippy::unwrap_used, reason = "a test stops where its own files are not as they must be")]

use std::{collections::BTreeMap, fs, path::Path, path::PathBuf};

use domain::{
    id::{PersonId, PoolId},
    playbook::{Form, Organisation, Person, Pool, Schema},
    routing::Routing,
    workflow::Workflow,
};
use playbook::{Files, load, read_folder, yaml_to_json};
use schemars::{JsonSchema, schema_for};
use serde_json::{Value, json};

/// Problems of form, which a schema can see as well.
const STRUCTURAL: [&str; 9] = [
    "unknown-key",
    "unknown-word",
    "missing-key",
    "wrong-type",
    "bad-value",
    "unknown-step",
    "several-kinds",
    "condition-syntax",
    "yaml-boolean",
];

fn schemas() -> BTreeMap<&'static str, Value> {
    BTreeMap::from([
        ("form", named::<Form>("form", "What the form is called, in its address and in triggers.")),
        ("organisation", schema::<Organisation>()),
        ("people", schema::<BTreeMap<PersonId, Person>>()),
        ("pools", schema::<BTreeMap<PoolId, Pool>>()),
        ("routing", schema::<Routing>()),
        ("schema", schema::<Schema>()),
        ("workflow", named::<Workflow>("workflow", "What the workflow is called; its file is called alike.")),
    ])
}

fn schema<T: JsonSchema>() -> Value {
    schema_for!(T).to_value()
}

/// The schema of a file that also says its name.
fn named<T: JsonSchema>(key: &str, description: &str) -> Value {
    let mut schema = schema::<T>();
    schema["properties"][key] = json!({ "type": "string", "description": description });
    schema["required"].as_array_mut().unwrap().insert(0, json!(key));
    schema
}

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/cli/playbook").join(format!("{name}.schema.json"))
}

fn tests_folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

#[test]
fn the_committed_schemas_are_those_of_the_types() {
    for (name, schema) in schemas() {
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            fs::write(shipped(name), format!("{}\n", serde_json::to_string_pretty(&schema).unwrap())).unwrap();
        }
        let committed = fs::read_to_string(shipped(name)).unwrap_or_default();
        // Compared as values: the order of keys depends on what else is built.
        let is_current = serde_json::from_str::<Value>(&committed).is_ok_and(|committed| committed == schema);
        assert!(is_current, "{name}.schema.json is old; run this test with UPDATE_SCHEMAS=1");
    }
}

/// Where a playbook keeps what a schema describes.
fn file_of(schema: &str) -> String {
    match schema {
        "form" => "forms/demo.yaml".to_owned(),
        "workflow" => "workflows/call.yaml".to_owned(),
        top => format!("{top}.yaml"),
    }
}

/// What the loader finds wrong with the form of a file, standing in an otherwise sound playbook.
fn loader_refuses(schema: &str, text: &str) -> Vec<String> {
    let mut files: Files = read_folder(&tests_folder("base")).unwrap().files;
    let file = file_of(schema);
    files.insert(file.clone(), text.to_owned());
    let is_structural = |code: &str| STRUCTURAL.contains(&code) || code.starts_with("yaml-");
    load(&files)
        .diagnostics
        .iter()
        .filter(|problem| problem.is_error() && problem.file == file && is_structural(problem.code))
        .map(ToString::to_string)
        .collect()
}

fn schema_refuses(schema: &Value, text: &str) -> Vec<String> {
    let Ok(document) = yaml_to_json("file", text) else { return vec!["no YAML".to_owned()] };
    let validator = jsonschema::validator_for(schema).unwrap();
    validator.iter_errors(&document).map(|error| error.to_string()).collect()
}

/// The cases of a corpus file: `--- name` above each.
fn corpus(kind: &str) -> Vec<(String, String, String)> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(tests_folder("corpus").join(kind)).unwrap() {
        let path = entry.unwrap().path();
        let schema = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        for case in text.split("### ").skip(1) {
            let (name, text) = case.split_once('\n').unwrap();
            cases.push((schema.clone(), name.to_owned(), text.to_owned()));
        }
    }
    cases
}

#[test]
fn what_is_good_passes_the_loader_and_the_schema() {
    let (schemas, cases) = (schemas(), corpus("good"));
    assert!(cases.len() >= 15, "{}", cases.len());
    for (schema, name, text) in cases {
        assert_eq!(loader_refuses(&schema, &text), Vec::<String>::new(), "{schema}: {name}");
        assert_eq!(schema_refuses(&schemas[schema.as_str()], &text), Vec::<String>::new(), "{schema}: {name}");
    }
}

#[test]
fn what_is_bad_passes_neither_the_loader_nor_the_schema() {
    let (schemas, cases) = (schemas(), corpus("bad"));
    assert!(cases.len() >= 40, "{}", cases.len());
    for (schema, name, text) in cases {
        assert_ne!(loader_refuses(&schema, &text), Vec::<String>::new(), "{schema}: {name}: the loader takes it");
        let refused = schema_refuses(&schemas[schema.as_str()], &text);
        assert_ne!(refused, Vec::<String>::new(), "{schema}: {name}: the schema takes it");
    }
}

#[test]
fn the_shipped_playbook_passes_its_schemas() {
    let schemas = schemas();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/cli/playbook");
    for (file, text) in read_folder(&folder).unwrap().files {
        let schema = match file.split_once('/') {
            Some(("forms", _)) => "form",
            Some(("workflows", _)) => "workflow",
            Some(_) => continue,
            None => file.trim_end_matches(".yaml"),
        };
        assert_eq!(schema_refuses(&schemas[schema], &text), Vec::<String>::new(), "{file}");
    }
}
