use domain::{domain_name::address_to_ascii, playbook::Outbound};

/// Whether the outbound mode keeps a message to this address in the house.
pub fn captures(mode: &Outbound, to: &str) -> bool {
    match mode {
        Outbound::Capture => true,
        Outbound::Only(addresses) => !addresses.iter().any(|address| one_spelling(address) == one_spelling(to)),
        Outbound::Live => false,
    }
}

fn one_spelling(address: &str) -> String {
    address_to_ascii(address).unwrap_or_else(|| address.to_owned()).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_these_people_means_only_these_people() {
        let mode = Outbound::Only(vec!["me@example.com".to_owned()]);
        assert!(!captures(&mode, "ME@example.com"));
        assert!(captures(&mode, "ada@example.com"));
        let abroad = Outbound::Only(vec!["me@müller.example".to_owned()]);
        assert!(!captures(&abroad, "me@xn--mller-kva.example"));
        assert!(captures(&Outbound::Capture, "me@example.com"));
        assert!(!captures(&Outbound::Live, "ada@example.com"));
    }
}
