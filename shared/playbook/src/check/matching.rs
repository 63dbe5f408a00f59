//! `match_by`: by which fields a linked record is found. A field must be one that can be compared, and be filled.

use domain::{
    id::Kind,
    playbook::{FieldSchema, Form, KindSchema},
    value::{FieldName, FieldType},
};

use super::names::{Reference, check_reference};
use crate::{
    code,
    diagnostic::Place,
    read::Report,
    sections::Draft,
    yaml::{Entry, Node},
};

pub(super) fn check(draft: &Draft, (kind, schema): (&Kind, &KindSchema), own: &Node, report: &mut Report<'_>) {
    for entry in own.get("match_by").into_iter().flat_map(Node::entries) {
        let reference =
            Reference { name: &entry.key, at: entry.key_place, code: code::UNKNOWN_LINK, what: "a link of this kind" };
        check_reference(&reference, schema.links.keys().map(String::as_str), report);
        let (Some(linked), Some(by)) = (schema.links.get(&entry.key), schema.match_by.get(&entry.key)) else {
            continue;
        };
        let of = Matching { draft, kind, linked, entry };
        of.check_field("email_domain", by.email_domain.as_ref(), &[FieldType::Text, FieldType::Url], report);
        of.check_field("name", by.name.as_ref(), &[FieldType::Text], report);
        of.check_field("phone", by.phone.as_ref(), &[FieldType::Phone], report);
        if by.email_domain.is_none() && by.name.is_none() && by.phone.is_none() {
            let message = format!("nothing says by what a {linked} is found");
            let meant = "{ email_domain: …, name: …, phone: … }".to_owned();
            report.warning(entry.value.place, code::MATCH_FIELD, message, Some(meant));
        }
    }
}

/// One link of a kind that is matched.
struct Matching<'a> {
    draft: &'a Draft,
    kind: &'a Kind,
    linked: &'a Kind,
    entry: &'a Entry,
}

impl Matching<'_> {
    fn check_field(&self, way: &str, field: Option<&FieldName>, wanted: &[FieldType], report: &mut Report<'_>) {
        let Some((name, known)) = field.zip(self.fields()) else { return };
        let at = self.entry.value.reach(&[way]).place;
        let reference = Reference { name, at, code: code::UNKNOWN_FIELD, what: "a field of the linked kind" };
        check_reference(&reference, known.iter().map(|(name, _)| name.as_str()), report);
        let Some((_, schema)) = known.into_iter().find(|(known, _)| *known == name) else { return };
        if !wanted.contains(&schema.field_type) {
            let is_phone = wanted.contains(&FieldType::Phone);
            let (what, meant) = if is_phone { ("a phone number", "type: phone") } else { ("a text", "type: text") };
            let message = format!("{way} needs a field that holds {what}, and {name} does not");
            return report.error(at, code::MATCH_FIELD, message, Some(meant.to_owned()));
        }
        match way {
            "email_domain" => self.check_identity(name, at, report),
            "name" => self.check_filled(name, at, report),
            _ => {}
        }
    }

    fn fields(&self) -> Option<Vec<(&FieldName, &FieldSchema)>> {
        let schema = self.draft.schema.as_ref()?.kinds.get(self.linked)?;
        Some(schema.fields.iter().collect())
    }

    fn forms(&self) -> impl Iterator<Item = (&domain::id::FormId, &Form)> {
        self.draft.forms.iter().filter(|(_, form)| form.record == *self.kind)
    }

    /// An e-mail's domain finds a form's own records only where the form identifies them by it.
    fn check_identity(&self, field: &FieldName, at: Place, report: &mut Report<'_>) {
        let linked = self.linked;
        let identifies = |form: &Form| form.identify.get(linked).is_some_and(|names| names.contains(field));
        for (form, _) in self.forms().filter(|(_, form)| !identifies(form)) {
            let message = format!(
                "form {form} does not identify a {linked} by {field}, so an e-mail's domain does not find those that it makes"
            );
            report.warning(at, code::NO_IDENTITY, message, Some(format!("identify: {{ {linked}: [{field}] }}")));
        }
    }

    /// A name is only looked for where a form says it.
    fn check_filled(&self, field: &FieldName, at: Place, report: &mut Report<'_>) {
        let target = format!("{}.{field}", self.linked);
        if self.forms().all(|(_, form)| !form.map.contains_key(&target)) {
            let message = format!("no form about a {} fills {target}, so it finds nothing", self.kind);
            report.warning(at, code::MATCH_FIELD, message, Some(format!("map: {{ {target}: [company] }}")));
        }
    }
}
