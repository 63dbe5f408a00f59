//! A national phone number and the country of the person make a number that can be dialled from anywhere.

use domain::{
    id::Kind,
    matching::{country, international},
    playbook::{FieldType, Schema},
    value::{Fields, Value},
};

use crate::Mapped;

/// Writes the phone numbers with their country's code, where the record or the one it is linked to says the country.
pub(crate) fn complete(primary: &Kind, schema: &Schema, mapped: &mut Mapped) {
    let nothing = Fields::new();
    let of_primary = mapped.fields.get(primary).cloned().unwrap_or_default();
    for (kind, fields) in &mut mapped.fields {
        let Some(country) = country([fields, if kind == primary { &nothing } else { &of_primary }]) else { continue };
        let phones = schema.kinds.get(kind).into_iter().flat_map(|kind| &kind.fields);
        for (name, _) in phones.filter(|(_, field)| field.field_type == FieldType::Phone) {
            let Some(number) = fields.get(name).and_then(Value::as_text) else { continue };
            if let Some(number) = international(number, Some(&country)) {
                fields.insert(name.clone(), Value::text(number));
            }
        }
    }
}
