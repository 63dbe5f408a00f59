//! The stable names of all problems. A name is never reused for another one.

/// One kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeInfo {
    pub code: &'static str,
    /// What it means and what to do, in a sentence.
    pub about: &'static str,
}

macro_rules! codes {
    ($($name:ident = $code:literal: $about:literal,)+) => {
        $(pub const $name: &str = $code;)+

        /// Every code a check can report, by the part of the playbook it belongs to.
        pub const CODES: &[CodeInfo] = &[$(CodeInfo { code: $code, about: $about }),+];
    };
}

codes! {
    FILE_TOO_LARGE = "file-too-large": "A file is at most 1 MiB large and holds at most 50,000 values.",
    FILE_MISSING = "file-missing": "organisation.yaml and schema.yaml must be there.",
    FILE_UNKNOWN = "file-unknown": "A file or folder that no part of a playbook is read from.",
    FILE_UNREADABLE = "file-unreadable": "A file that cannot be read, is not text in UTF-8, or is no file but a pipe, a socket or a device.",
    YAML_SYNTAX = "yaml-syntax": "The file is not YAML.",
    YAML_TAB = "yaml-tab": "A tab indents; YAML takes spaces only.",
    YAML_EMPTY = "yaml-empty": "The file is empty.",
    YAML_NO_VALUE = "yaml-no-value": "A key or a dash with nothing after it, or a text that is blank.",
    YAML_SEVERAL_DOCUMENTS = "yaml-several-documents": "A second document follows in the same file.",
    YAML_DUPLICATE_KEY = "yaml-duplicate-key": "The same key stands twice in a mapping.",
    YAML_KEY_NOT_TEXT = "yaml-key-not-text": "A key is a number, yes or no, a list or a mapping.",
    YAML_MERGE_KEY = "yaml-merge-key": "`<<` is not supported.",
    YAML_ALIAS = "yaml-alias": "An alias names no anchor above it, or one around it.",
    YAML_ALIAS_BOMB = "yaml-alias-bomb": "Aliases unfold to too many values.",
    YAML_TOO_DEEP = "yaml-too-deep": "Values nest deeper than 64.",
    YAML_TAG = "yaml-tag": "A tag such as `!secret` has no meaning in a playbook.",
    YAML_LEADING_ZERO = "yaml-leading-zero": "A code such as 0123 needs quotes to keep its zero.",
    YAML_ODD_NUMBER = "yaml-odd-number": "A number in a notation that readers of YAML disagree on, or too large.",
    YAML_BOOLEAN = "yaml-boolean": "`yes`, `no`, `on` or `off` where true or false is wanted.",
    YAML_BOOLEAN_WORD = "yaml-boolean-word": "`yes`, `no`, `on` or `off` as a text without quotes.",
    UNKNOWN_KEY = "unknown-key": "A key that does not exist at this place.",
    UNKNOWN_WORD = "unknown-word": "A word that is not allowed here.",
    MISSING_KEY = "missing-key": "A key that must be there.",
    WRONG_TYPE = "wrong-type": "A text where a number is wanted, a mapping where a list is, and so on.",
    BAD_VALUE = "bad-value": "A value that cannot be: an unknown time zone, hours that never open, a length of time without a unit.",
    BAD_NAME = "bad-name": "A name other files could not refer to.",
    DUPLICATE_NAME = "duplicate-name": "Two files define the same form, workflow or template, or two rules of a route are called alike.",
    NAME_DIFFERS_FROM_FILE = "name-differs-from-file": "A form or workflow is not called as its file.",
    BAD_EMAIL = "bad-email": "A text that is not an e-mail address.",
    DUPLICATE_EMAIL = "duplicate-email": "Two people have the same e-mail address.",
    BAD_LINK = "bad-link": "A link that does not begin with https:// or http://.",
    SENDER_NAME = "sender-name": "A name that a letter cannot carry: over 200 letters, or more than one line.",
    NO_SENDER = "no-sender": "Mail goes out, and senders.default names no address to send it from.",
    UNKNOWN_PERSON = "unknown-person": "A person who is not in people.yaml.",
    UNKNOWN_POOL = "unknown-pool": "A pool that is not in pools.yaml.",
    UNKNOWN_ROUTE = "unknown-route": "A route that is not in routing.yaml.",
    UNKNOWN_TERRITORY = "unknown-territory": "A territory that routing.yaml does not define.",
    UNKNOWN_COUNTRY = "unknown-country": "A country that is not a code of ISO 3166.",
    UNKNOWN_LINK = "unknown-link": "A link that the kind of record does not have.",
    UNKNOWN_TEMPLATE = "unknown-template": "A template without a file in templates.",
    UNKNOWN_FORM = "unknown-form": "A form without a file in forms.",
    UNKNOWN_KIND = "unknown-kind": "A kind of record that is not in schema.yaml.",
    UNKNOWN_FIELD = "unknown-field": "A field that the kind of record does not have.",
    UNKNOWN_BANDS = "unknown-bands": "A set of bands that schema.yaml does not define.",
    UNKNOWN_EVENT = "unknown-event": "An event that nothing is known to produce.",
    UNKNOWN_STEP = "unknown-step": "A step of no known kind.",
    SEVERAL_KINDS = "several-kinds": "One step of two kinds.",
    INACTIVE_PERSON = "inactive-person": "Somebody who has left is named as lead, member, manager, delegate or recipient.",
    CIRCLE = "circle": "Managers, delegates or pools to turn to lead back to where they began.",
    POOL_EMPTY = "pool-empty": "A pool without members.",
    POOL_TOO_LARGE = "pool-too-large": "A pool of more than 1000 members.",
    POOL_WEIGHTS = "pool-weights": "A weight over 1000, or all weights 0.",
    POOL_CAPS = "pool-caps": "A cap, or a bound on catching up, that lets nobody get anything, or is for somebody outside the pool.",
    POOL_PIPELINE = "pool-pipeline": "lower_pipeline without a field to sum up, a field without lower_pipeline, or a field that is not a number.",
    UNKNOWN_SKILL = "unknown-skill": "A skill that nobody in the pool has.",
    TERRITORY_EMPTY = "territory-empty": "A territory without a country.",
    TERRITORY_UNTOLD = "territory-untold": "A territory is used, and territory_fields does not say which field tells it.",
    TERRITORIES_OVERLAP = "territories-overlap": "Two rules' territories share a part, and only the order of the rules decides.",
    TERRITORY_GAP = "territory-gap": "Postal codes between those of two territories that a route's last rule gets.",
    NO_FALLBACK = "no-fallback": "The last rule of a route has a condition, so that a record may match none.",
    RULE_UNREACHABLE = "rule-unreachable": "A rule that never matches: one before it matches whatever it does.",
    CONDITION_SYNTAX = "condition-syntax": "A condition that cannot be read.",
    TYPE_MISMATCH = "type-mismatch": "A comparison or a value that does not fit the field's type.",
    UNKNOWN_CHOICE = "unknown-choice": "A choice that the field does not have.",
    NEAR_WORD = "near-word": "A text that is probably a word of the language, misspelt.",
    ALWAYS_FALSE = "always-false": "A condition that never holds.",
    ALWAYS_TRUE = "always-true": "A condition that decides nothing.",
    FIELD_NEVER_FILLED = "field-never-filled": "A condition reads a field that no form, scoring rule or update fills.",
    SCORING_FIELD = "scoring-field": "Points add up into a field that is not a number.",
    FIELD_FILLED_TWICE = "field-filled-twice": "A field is scored and filled by a form or an update: the next scoring overwrites it.",
    MATCH_FIELD = "match-field": "match_by names a field that cannot be compared so, or that no form fills, or none at all.",
    BANDS_FIELD = "bands-field": "Bands on a field that is not a number.",
    CHOICES_FIELD = "choices-field": "Choices on a field that is neither a choice nor a list.",
    MAP_EMPTY = "map-empty": "A field of a form's map without a question that fills it.",
    NOT_MAPPED = "not-mapped": "A form identifies by, or requires, a field that its map does not fill.",
    NO_IDENTITY = "no-identity": "A form that does not say by what its record, or a linked one, is known: every submission makes a new record.",
    BAD_SECRET = "bad-secret": "A secret that is written out instead of named by env: or ssm:.",
    HONEYPOT_FIELD = "honeypot-field": "A honeypot that people fill, too: a question of the map, or a field that browsers fill by themselves.",
    THANKS = "thanks": "A page after a form that cannot be shown, asks for what the form does not, or an address that a browser may not be sent on to.",
    STEPS_UNREACHABLE = "steps-unreachable": "Steps that can never run.",
    NO_STEPS = "no-steps": "A workflow, or an `if`, that does nothing.",
    NO_OWNER = "no-owner": "An owner is asked for, and no workflow assigns records of this kind.",
    NO_RECIPIENT = "no-recipient": "An e-mail or a task for somebody who cannot get one.",
    NO_TEAM_LEAD = "no-team-lead": "team_lead, in a workflow that no pool assigns.",
    TEMPLATE_SHAPE = "template-shape": "A template without subject or text.",
    TEMPLATE_SYNTAX = "template-syntax": "Merge fields that cannot be read.",
    TEMPLATE_LIMIT = "template-limit": "A text that takes too much to fill, or becomes too long.",
    UNKNOWN_MERGE_FIELD = "unknown-merge-field": "A merge field that nothing fills in.",
    NOT_USED = "not-used": "A template, pool, form, route or territory that nothing uses.",
}

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn no_two_problems_have_the_same_name() {
        for (index, info) in CODES.iter().enumerate() {
            assert!(CODES[..index].iter().all(|other| other.code != info.code), "{}", info.code);
        }
    }
}
