//! A national phone number and its country make a number that can be dialled from anywhere.

use domain::{
    country::Country,
    id::Kind,
    matching::{country, dialled_with, international},
    playbook::Schema,
    value::{FieldName, FieldType, Value},
};

use crate::{
    Mapped,
    label::{CALLING_CODE, COUNTRY},
    questions::Questions,
};

/// Writes the phone numbers with their country's code, where the record, the one it is linked to, or the person in
/// another answer says the country.
pub(crate) fn complete(primary: &Kind, schema: &Schema, questions: &Questions, mapped: &mut Mapped) {
    let of_primary = mapped.fields.get(primary).cloned().unwrap_or_default();
    for (kind, fields) in &mut mapped.fields {
        let phones = schema.kinds.get(kind).into_iter().flat_map(|kind| &kind.fields);
        let phones = phones.filter(|(_, field)| field.field_type == FieldType::Phone).map(|(name, _)| name);
        let number_of = |name: &String| Some((name.clone(), fields.get(name)?.as_text()?.to_owned()));
        let national = phones.filter_map(number_of).filter(|(_, number)| international(number, None).is_none());
        let national: Vec<(FieldName, String)> = national.collect();
        if national.is_empty() {
            continue;
        }
        let country = match kind == primary {
            true => code_beside(questions).or_else(|| country([fields])).or_else(|| country_beside(questions)),
            false => country([fields, &of_primary]),
        };
        let dialled = |(name, number): (FieldName, String)| Some((name, international(&number, country.as_ref())?));
        fields.extend(national.into_iter().filter_map(dialled).map(|(name, number)| (name, Value::text(number))));
    }
}

/// The number of a country's code and a number behind it, that were asked apart.
pub(crate) fn together(code: &str, number: &str) -> Option<String> {
    international(number, country_of(code).as_ref())
}

fn code_beside(questions: &Questions) -> Option<Country> {
    country_of(&answer(questions, CALLING_CODE)?)
}

fn country_beside(questions: &Questions) -> Option<Country> {
    country_of(&answer(questions, COUNTRY)?)
}

/// The country of a calling code, or of what people call it: `+49`, `DE`, `Germany (+49)`.
fn country_of(answer: &str) -> Option<Country> {
    dialled_with(answer).or_else(|| Country::read(answer))
}

fn answer(questions: &Questions, names: &str) -> Option<String> {
    questions.answer(questions.asked_as(names)?).map(Value::to_string)
}
