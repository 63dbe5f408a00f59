use domain::playbook::Outbound;

/// Whether the outbound mode keeps a message to this address in the house.
pub fn captures(mode: &Outbound, to: &str) -> bool {
    match mode {
        Outbound::Capture => true,
        Outbound::Only(addresses) => !addresses.iter().any(|address| address.eq_ignore_ascii_case(to)),
        Outbound::Live => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_these_people_means_only_these_people() {
        let mode = Outbound::Only(vec!["me@example.com".to_owned()]);
        assert!(!captures(&mode, "ME@example.com"));
        assert!(captures(&mode, "ada@example.com"));
        assert!(captures(&Outbound::Capture, "me@example.com"));
        assert!(!captures(&Outbound::Live, "ada@example.com"));
    }
}
