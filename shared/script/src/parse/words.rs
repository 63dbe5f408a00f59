//! The words of one line, taken one by one with an error that says what was expected.

/// The rest of a line.
pub(super) struct Words<'t> {
    rest: &'t str,
}

impl<'t> Words<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text.trim() }
    }

    /// The next word, up to a space.
    pub(super) fn word(&mut self, what: &str) -> Result<&'t str, String> {
        let word = self.peek();
        if word.is_empty() {
            return Err(format!("{what} is missing at the end"));
        }
        self.rest = self.rest[word.len()..].trim_start();
        Ok(word)
    }

    /// A word, or several in quotes.
    pub(super) fn text(&mut self, what: &str) -> Result<String, String> {
        let Some(inside) = self.rest.strip_prefix('"') else { return self.word(what).map(str::to_owned) };
        let mut text = String::new();
        let mut letters = inside.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.rest = inside[at + 1..].trim_start();
                    return Ok(text);
                }
                '\\' => text.extend(letters.next().map(|(_, escaped)| escaped)),
                plain => text.push(plain),
            }
        }
        Err(format!("{what} has no closing quote"))
    }

    /// Takes the word if it is the next one.
    pub(super) fn takes(&mut self, word: &str) -> bool {
        let there = self.peek() == word;
        if there {
            self.rest = self.rest[word.len()..].trim_start();
        }
        there
    }

    pub(super) fn expect(&mut self, word: &str) -> Result<(), String> {
        match self.takes(word) {
            true => Ok(()),
            false if self.rest.is_empty() => Err(format!("`{word}` is missing at the end")),
            false => Err(format!("expected `{word}`, found `{}`", self.peek())),
        }
    }

    pub(super) fn peek(&self) -> &'t str {
        let end = self.rest.find(char::is_whitespace).unwrap_or(self.rest.len());
        &self.rest[..end]
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn rest(&mut self) -> &'t str {
        std::mem::take(&mut self.rest)
    }

    /// Nothing may be left.
    pub(super) fn end(&self) -> Result<(), String> {
        match self.rest {
            "" => Ok(()),
            left => Err(format!("`{left}` is more than this command takes")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_quoted_texts_come_one_by_one() {
        let mut words = Words::new(r#"  say "a \"b\" c"  now "#);
        assert_eq!(words.word("a verb"), Ok("say"));
        assert_eq!(words.text("a text"), Ok("a \"b\" c".to_owned()));
        assert!(!words.takes("later"));
        assert!(words.takes("now"));
        assert_eq!(words.word("more"), Err("more is missing at the end".to_owned()));
    }

    #[test]
    fn what_is_left_over_is_named() {
        let mut words = Words::new("kill twice");
        words.expect("kill").unwrap();
        assert_eq!(words.end(), Err("`twice` is more than this command takes".to_owned()));
        assert_eq!(Words::new(r#""open"#).text("a title"), Err("a title has no closing quote".to_owned()));
    }
}
