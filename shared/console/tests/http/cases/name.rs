//! Names of one person in several spellings.

use serde_json::json;

use super::{demo, post};
use crate::host::Host;

#[tokio::test]
async fn a_title_a_degree_or_other_case_replaces_no_name() {
    for (known, again, told) in [
        ("Mara Quist", "Dr. Mara Quist, MBA", "is the same name"),
        ("Mara Quist", "Frau Quist PhD", "is a shorter form"),
        ("山田太郎", "山田様", "is a shorter form"),
        ("山田太郎", "山田太郎様", "is the same name"),
        ("Mara Quist", "MARA QUIST", ""),
        ("José Quist", "Jose\u{301} Quist", ""),
    ] {
        let host = Host::new().await;
        demo(&host, json!({"full_name": known, "email": "mara@quist.example"})).await;
        let lead = demo(&host, json!({"full_name": again, "email": "mara@quist.example", "message": "again"})).await;
        assert_eq!(lead.fields["name"], known, "{again}");
        assert!(lead.told.contains(told) && !lead.told.contains(", now "), "{again}: {}", lead.told);
    }
}

#[tokio::test]
async fn an_answer_in_other_case_or_other_characters_that_look_alike_is_no_change() {
    let host = Host::new().await;
    let version = |city: &str, employer: &str| {
        json!({"formTitle": "Demo", "responseId": "r-77", "namedValues": {
            "Email": ["mara@quist.example"], "Name": ["Mara Quist"], "City": [city], "Job title": [employer]}})
    };
    demo(&host, version("Zu\u{308}rich", "Head of Sales")).await;
    let lead = demo(&host, version("Zürich", "head of sales")).await;
    assert!(!lead.told.contains("updated"), "{}", lead.told);
    let lead = post(&host, "demo-request", super::JSON, version("Basel", "head of sales").to_string()).await;
    assert!(lead.told.contains("now “Basel”"), "{}", lead.told);
}
