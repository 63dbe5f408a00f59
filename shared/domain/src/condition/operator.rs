//! Reads the comparison that follows a field: its operator, in symbols or words, and what it compares with.

use super::{
    Comparison, ComparisonError, FieldPath,
    comparison::OPS,
    guess,
    literal::{is_currency, is_keyword, is_number, read_money, read_word},
    parse::{ParseError, ParseProblem, Parsed, Parser},
    token::Token,
};
use crate::value::Value;

/// Operators in words: the first word, the words that must follow it, the operator they name.
///
/// Of two with the same beginning the longer stands first.
const PHRASES: [(&[&str], &str); 19] = [
    (&["over"], ">"),
    (&["after"], ">"),
    (&["more", "than"], ">"),
    (&["at", "most"], "<="),
    (&["at", "least"], ">="),
    (&["under"], "<"),
    (&["before"], "<"),
    (&["less", "than"], "<"),
    (&["in"], "in"),
    (&["not", "in"], "not in"),
    (&["contains"], "contains"),
    (&["does", "not", "contain"], "does not contain"),
    (&["starts", "with"], "starts with"),
    (&["ends", "with"], "ends with"),
    (&["changed", "to"], "changed to"),
    (&["changed"], "changed"),
    (&["older", "than"], "older than"),
    (&["newer", "than"], "newer than"),
    (&["within"], "within"),
];

impl Parser<'_> {
    pub(super) fn comparison(&mut self, field: &FieldPath) -> Parsed<Comparison> {
        let op = match self.peek() {
            Some(Token::Symbol(symbol)) => {
                let op = from_symbol(symbol).ok_or_else(|| self.error(ParseProblem::Symbol((*symbol).to_owned())))?;
                self.next += 1;
                op
            }
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("is") => {
                self.next += 1;
                self.no_guess(field, true)?;
                self.after_is()?
            }
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("equals") => {
                self.next += 1;
                "is"
            }
            _ => match self.phrase()? {
                Some(op) => op,
                None => return Err(self.no_comparison(field)),
            },
        };
        self.operand(op)
    }

    /// Refuses words that other languages compare with. After `is` one word alone is a value.
    fn no_guess(&self, field: &FieldPath, after_is: bool) -> Parsed<()> {
        let skipped = usize::from(after_is && self.peek() == Some(&Token::Word("not")));
        let words = self.tokens[self.next + skipped..].iter().map_while(|placed| match placed.token {
            Token::Word(word) => Some(word),
            _ => None,
        });
        let is_value = |guess: &str| after_is && !guess.contains(' ') && !self.goes_on_after(skipped);
        match guess::instead(field, words) {
            Some((guess, instead)) if !is_value(&guess) => {
                let at = self.tokens[self.next + skipped].at;
                Err(ParseError { at, problem: ParseProblem::Guess { guess, instead } })
            }
            _ => Ok(()),
        }
    }

    /// Whether another value follows the next word.
    fn goes_on_after(&self, skipped: usize) -> bool {
        match self.tokens.get(self.next + skipped + 1).map(|placed| &placed.token) {
            Some(Token::Word(word)) => !is_joint(word),
            Some(Token::Quoted(_) | Token::OpenList) => true,
            _ => false,
        }
    }

    /// What is wrong where no comparison follows a field.
    fn no_comparison(&self, field: &FieldPath) -> ParseError {
        let is_over = match self.peek() {
            None | Some(Token::Close) => true,
            Some(Token::Word(word)) => is_joint(word),
            Some(_) => false,
        };
        if is_over {
            let before = self.next.checked_sub(2).map(|at| &self.tokens[at].token);
            let negated = matches!(before, Some(Token::Word(word)) if word.eq_ignore_ascii_case("not"));
            return self.error(ParseProblem::Alone { field: field.clone(), negated });
        }
        let guessed = self.no_guess(field, false).err();
        guessed.unwrap_or_else(|| self.error(ParseProblem::Comparison { field: field.clone() }))
    }

    /// After `is` a value may stand, so only words in small letters are operators: `is IN` is India.
    fn after_is(&mut self) -> Parsed<&'static str> {
        let Some(Token::Word(word)) = self.peek() else { return Ok("is") };
        match *word {
            "missing" => self.step("is missing"),
            "present" => self.step("is present"),
            "not" => {
                self.next += 1;
                match self.peek() {
                    Some(Token::Word("missing")) => self.step("is present"),
                    Some(Token::Word("present")) => self.step("is missing"),
                    Some(Token::Word("in")) => self.step("not in"),
                    _ => Ok("is not"),
                }
            }
            word if is_keyword(word) => Ok(self.phrase()?.unwrap_or("is")),
            _ => Ok("is"),
        }
    }

    fn step(&mut self, op: &'static str) -> Parsed<&'static str> {
        self.next += 1;
        Ok(op)
    }

    /// An operator in words; none if the next word begins none.
    fn phrase(&mut self) -> Parsed<Option<&'static str>> {
        let start = self.next;
        let mut cut_short = None;
        for (words, op) in PHRASES {
            self.next = start;
            let taken = words.iter().take_while(|word| self.take(word)).count();
            if taken == words.len() {
                return Ok(Some(op));
            }
            if taken > 0 {
                cut_short = Some(self.error(ParseProblem::Word { after: words[taken - 1], expected: words[taken] }));
            }
        }
        self.next = start;
        cut_short.map_or(Ok(None), Err)
    }

    fn operand(&mut self, op: &'static str) -> Parsed<Comparison> {
        let at = self.at();
        let value = match op {
            "is missing" | "is present" | "changed" => None,
            "older than" | "newer than" | "within" => Some(self.span(op)?),
            _ => Some(self.value(op)?),
        };
        Comparison::from_op(op, value).map_err(|error| ParseError { at, problem: error.into() })
    }

    fn value(&mut self, op: &'static str) -> Parsed<Value> {
        let single = self.single(op)?;
        let Some(Token::Word(word)) = self.peek() else { return Ok(single) };
        if is_joint(word) {
            return Ok(single);
        }
        // `closed won`: one value in two words. After anything but a word, or before a field, it is something else.
        let first = &self.tokens[self.next - 1];
        match first.token {
            Token::Word(_) if word.starts_with(char::is_alphanumeric) && word.parse::<FieldPath>().is_err() => {
                let words = &self.text[first.at..self.tokens[self.next].end];
                Err(self.error(ParseProblem::SeveralWords(words.to_owned())))
            }
            _ => Ok(single),
        }
    }

    fn single(&mut self, op: &'static str) -> Parsed<Value> {
        match self.peek().cloned() {
            Some(Token::Quoted(text)) => {
                self.next += 1;
                Ok(Value::Text(text))
            }
            Some(Token::OpenList) => self.list(op),
            Some(Token::Word(word)) if is_keyword(word) && !matches!(word, "yes" | "no" | "true" | "false") => {
                Err(self.error(ParseProblem::Keyword(word.to_owned())))
            }
            Some(Token::Word(word)) => self.plain(word),
            _ if matches!(op, "in" | "not in") => Err(self.error(ComparisonError::NeedsList(op).into())),
            _ => Err(self.error(ParseProblem::Value(op))),
        }
    }

    /// A word without quotes, or a number and its currency.
    fn plain(&mut self, word: &str) -> Parsed<Value> {
        let out_of_range = self.error(ParseProblem::OutOfRange(word.to_owned()));
        let currency = match self.tokens.get(self.next + 1).map(|placed| &placed.token) {
            Some(Token::Word(currency)) if is_number(word) && is_currency(currency) => Some(*currency),
            _ => None,
        };
        self.next += 1 + usize::from(currency.is_some());
        match currency {
            Some(currency) => read_money(word, currency),
            None => read_word(word),
        }
        .map_err(|_| out_of_range)
    }

    /// Only single values may stand in a list, so that brackets cannot be piled up.
    fn list(&mut self, op: &'static str) -> Parsed<Value> {
        let mut values = Vec::new();
        self.next += 1;
        while self.peek() != Some(&Token::CloseList) {
            if !values.is_empty() {
                match self.peek() {
                    Some(Token::Comma) => self.next += 1,
                    _ => return Err(self.error(ParseProblem::Comma)),
                }
            }
            if self.peek() == Some(&Token::OpenList) {
                return Err(self.error(ParseProblem::Value(op)));
            }
            values.push(self.single(op)?);
        }
        self.next += 1;
        Ok(Value::List(values))
    }

    /// The words of a length of time, as they stand; `Span` reads them.
    fn span(&mut self, op: &'static str) -> Parsed<Value> {
        if op == "within" {
            self.take("the");
            if self.take("last") {
                self.next -= 1;
                return Err(self.error(ParseProblem::WithinTheLast));
            }
            self.take("next");
        }
        let from = self.at();
        let mut to = from;
        while let Some(Token::Word(word)) = self.peek()
            && !is_joint(word)
        {
            to = self.tokens[self.next].end;
            self.next += 1;
        }
        Ok(Value::text(&self.text[from..to]))
    }
}

/// Operators in symbols, and the operator that each of them names.
const SYMBOLS: [(&str, &str); 8] =
    [("=", "is"), ("==", "is"), ("!=", "is not"), ("<>", "is not"), (">", ">"), (">=", ">="), ("<", "<"), ("<=", "<=")];

fn from_symbol(symbol: &str) -> Option<&'static str> {
    SYMBOLS.iter().find(|(written, _)| *written == symbol).map(|(_, op)| *op)
}

/// Every way to write an operator: in symbols, in words, and as the tree has it.
pub fn operators() -> Vec<String> {
    let symbols = SYMBOLS.iter().map(|(symbol, _)| (*symbol).to_owned());
    let phrases = PHRASES.iter().map(|(words, _)| words.join(" "));
    symbols.chain(phrases).chain(OPS.map(str::to_owned)).chain(["equals".to_owned()]).collect()
}

fn is_joint(word: &str) -> bool {
    ["and", "or", "not"].iter().any(|joint| joint.eq_ignore_ascii_case(word))
}
