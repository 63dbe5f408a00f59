//! The company behind an e-mail address: the domain fills the field by which the company is identified.
//!
//! It fills a field and makes no link, because a record's id is derived from what identifies it: a company whose domain
//! is filled is the same record, no matter which function filled it, and two leads at one moment make one company.
//! It is a guess, and replaces no link that is known; a domain that the form itself says is none.

use domain::{
    domain_name::to_ascii,
    event::{Gap, GapWhy},
    id::Kind,
    playbook::{KindSchema, Schema},
    value::{FieldType, Fields, Value},
};

use crate::Mapped;

/// Domains that tell nothing of a person's company; of a name without an ending, any ending.
const FREE: [&str; 60] = [
    "126.com",
    "163.com",
    "aol",
    "arcor.de",
    "att.net",
    "bluewin.ch",
    "btinternet.com",
    "comcast.net",
    "duck.com",
    "fastmail.com",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx",
    "googlemail.com",
    "hey.com",
    "hotmail",
    "icloud.com",
    "inbox.lv",
    "interia.pl",
    "laposte.net",
    "libero.it",
    "live",
    "mac.com",
    "mail.com",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "naver.com",
    "o2.pl",
    "onet.pl",
    "online.de",
    "orange.fr",
    "outlook",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail",
    "qq.com",
    "rediffmail.com",
    "rocketmail.com",
    "seznam.cz",
    "sfr.fr",
    "sky.com",
    "t-online.de",
    "telenet.be",
    "terra.es",
    "tiscali.it",
    "tuta.io",
    "tutanota",
    "verizon.net",
    "vodafone.de",
    "wanadoo.fr",
    "web.de",
    "wp.pl",
    "yahoo",
    "yandex",
    "ymail.com",
    "zoho.com",
];

/// Fills the open fields that the schema matches by the e-mail's domain, and says so as a gap.
pub(crate) fn fill(kind: &Kind, schema: &Schema, mapped: &mut Mapped) {
    let Some(own) = schema.kinds.get(kind) else { return };
    let by_domain: Vec<_> =
        own.match_by.iter().filter_map(|(link, by)| Some((link, by.email_domain.as_ref()?))).collect();
    if by_domain.is_empty() {
        return;
    }
    let Some(domain) = mapped.fields.get(kind).and_then(|fields| company_domain(own, fields)) else { return };
    for (link, field) in by_domain {
        let Some(linked) = own.links.get(link) else { continue };
        let fields = mapped.fields.entry(linked.clone()).or_default();
        if fields.contains_key(field) {
            continue;
        }
        fields.insert(field.clone(), Value::text(domain.as_str()));
        let target = format!("{linked}.{field}");
        mapped.gaps.retain(|gap| gap.target != target);
        mapped.gaps.push(Gap { target, why: GapWhy::EmailDomain { domain: domain.clone() } });
    }
}

/// The domain of the record's first e-mail address, if it is one of its company's own.
pub fn company_domain(own: &KindSchema, fields: &Fields) -> Option<String> {
    let is_email = |name: &&String| own.fields[*name].field_type == FieldType::Email;
    let address = own.fields.keys().filter(is_email).find_map(|name| fields.get(name)?.as_text())?;
    let domain = address.rsplit_once('@')?.1.trim().trim_end_matches('.').to_lowercase();
    let domain = to_ascii(&domain).unwrap_or(domain);
    (domain.contains('.') && !is_free(&domain)).then_some(domain)
}

fn is_free(domain: &str) -> bool {
    let provider = domain.split('.').next().unwrap_or_default();
    FREE.iter().any(|free| *free == domain || (!free.contains('.') && *free == provider))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, company: Fields, expected: Option<&str>) {
        let schema: Schema = serde_json::from_value(serde_json::json!({ "kinds": {
            "lead": { "fields": { "email": { "type": "email" }, "name": { "type": "text" } },
                      "links": { "company": "company" }, "match_by": { "company": { "email_domain": "domain" } } },
            "company": { "fields": { "domain": { "type": "text" } } },
        } }))
        .unwrap();
        let lead = Fields::from([("email".to_owned(), Value::text(address))]);
        let mut mapped = Mapped {
            fields: [("lead".into(), lead), ("company".into(), company)].into(),
            gaps: vec![Gap { target: "company.domain".to_owned(), why: GapWhy::Missing }],
            ..Mapped::default()
        };
        fill(&"lead".into(), &schema, &mut mapped);
        let found = mapped.fields[&"company".into()].get("domain").and_then(Value::as_text);
        assert_eq!(found, expected, "{address}");
        let is_told = matches!(mapped.gaps[..], [Gap { why: GapWhy::EmailDomain { .. }, .. }]);
        assert_eq!(is_told, found.is_some() && found == expected && found != Some("given.example"), "{address}");
    }

    #[test]
    fn the_domain_of_a_companys_own_address_is_taken() {
        check("ada@acme.example", Fields::new(), Some("acme.example"));
        check("Ada@Mail.ACME.Example", Fields::new(), Some("mail.acme.example"));
    }

    #[test]
    fn a_free_providers_address_or_a_domain_that_came_with_the_form_changes_nothing() {
        for address in ["ada@gmail.com", "ada@yahoo.co.uk", "ada@GMX.net", "ada@web.de", "ada@localhost", "no address"]
        {
            check(address, Fields::new(), None);
        }
        let given = Fields::from([("domain".to_owned(), Value::text("given.example"))]);
        check("ada@acme.example", given, Some("given.example"));
    }
}
