//! Texts in rows and columns, whatever the file is.

use std::collections::BTreeSet;

use domain::plural::counted;
use serde_json::Value as Json;

use super::SheetError;

/// A sheet as it stands: a header, and rows of as many cells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cells {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Row>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// 1-based, of its first line in the file.
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
}

/// Reads CSV: commas, or semicolons as spreadsheets in some countries write them. Lines with # are comments.
pub(super) fn csv(text: &str) -> Result<Cells, SheetError> {
    let first = text.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
    let delimiter = if first.contains(',') || !first.contains(';') { b',' } else { b';' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().map_err(|error| unreadable(&error))?.iter().map(str::to_owned).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        rows.push(Row { line, cells: record.iter().map(str::to_owned).collect() });
    }
    Ok(Cells { header, rows })
}

fn unreadable(error: &csv::Error) -> SheetError {
    let line = error.position().map_or(1, csv::Position::line);
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            let cells = counted(*len, "cell");
            let hint = match len < expected_len {
                true => "perhaps a quote before it is never closed",
                false => "a text with a comma in it needs quotes",
            };
            format!("{cells}, and the header has {expected_len}; {hint}")
        }
        other => format!("no CSV: {other:?}"),
    };
    SheetError::At { line, message }
}

/// Reads one record or a list of them, each an object of field names and values.
pub(super) fn json(text: &str) -> Result<Cells, SheetError> {
    let document: Json = serde_json::from_str(text)
        .map_err(|error| SheetError::At { line: error.line() as u64, message: format!("no JSON: {error}") })?;
    let records = if let Json::Array(records) = document { records } else { vec![document] };
    let objects: Option<Vec<_>> = records.iter().map(Json::as_object).collect();
    let objects = objects.ok_or_else(|| {
        SheetError::Whole("each record is an object, for example {\"lead.country\": \"DE\"}".to_owned())
    })?;
    let names: BTreeSet<&String> = objects.iter().flat_map(|object| object.keys()).collect();
    let header: Vec<String> = names.into_iter().cloned().collect();
    let cell = |value: Option<&Json>| match value {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text.clone(),
        Some(Json::Array(items)) => {
            let texts = items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
            texts.collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.to_string(),
    };
    let row = |(index, object): (usize, &&serde_json::Map<String, Json>)| Row {
        line: index as u64 + 1,
        cells: header.iter().map(|name| cell(object.get(name))).collect(),
    };
    let rows = objects.iter().enumerate().map(row).collect();
    Ok(Cells { header, rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_lines_and_semicolons_will_do() {
        let cells = csv("# who gets what\nlead.country;lead.name\nDE ;\"Ada; Ltd\"\n\nAT;\n").unwrap();
        assert_eq!(cells.header, ["lead.country", "lead.name"]);
        let rows: Vec<(u64, &[String])> = cells.rows.iter().map(|row| (row.line, row.cells.as_slice())).collect();
        assert_eq!(rows[0], (3, ["DE", "Ada; Ltd"].map(str::to_owned).as_slice()));
        assert_eq!(rows[1].1, ["AT", ""].map(str::to_owned));
    }

    #[test]
    fn a_row_of_another_length_is_told_with_its_line() {
        let error = csv("a.b,a.c\n1,2\n1,2,3\n").unwrap_err().to_string();
        assert_eq!(error, "line 3: 3 cells, and the header has 2; a text with a comma in it needs quotes");
        let error = csv("a.b,a.c\n\"1,2\n3,4\n").unwrap_err().to_string();
        assert_eq!(error, "line 2: 1 cell, and the header has 2; perhaps a quote before it is never closed");
    }

    #[test]
    fn one_record_as_json_is_a_sheet_of_one_row() {
        let cells = json(r#"{"lead.country": "DE", "company.employees": 500}"#).unwrap();
        assert_eq!(cells.header, ["company.employees", "lead.country"]);
        assert_eq!(cells.rows[0].cells, ["500", "DE"]);
        assert!(json("[1]").is_err());
    }
}
