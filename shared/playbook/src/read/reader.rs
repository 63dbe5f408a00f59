//! The tree as a `serde` source. An error carries the way to the node that caused it.

use std::{cell::RefCell, collections::BTreeSet};

use serde::{
    Deserializer,
    de::{
        self, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
        value::StrDeserializer,
    },
    forward_to_deserialize_any,
};

use super::error::{Error, Fault};
use crate::{
    diagnostic::Place,
    yaml::{Content, Entry, Node, Style, is_boolean_word},
};

/// Texts without quotes that older YAML would read as yes or no.
pub(crate) type BooleanWords = RefCell<BTreeSet<(Place, String)>>;

/// Reads one node.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'n> {
    node: &'n Node,
    words: Option<&'n BooleanWords>,
}

impl<'n> Reader<'n> {
    pub fn new(node: &'n Node) -> Self {
        Self { node, words: None }
    }

    pub fn noting(node: &'n Node, words: &'n BooleanWords) -> Self {
        Self { node, words: Some(words) }
    }

    fn at(self, node: &'n Node) -> Self {
        Self { node, ..self }
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $zero:expr;)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            if matches!(self.node.content, Content::Hole) { visitor.$visit($zero) } else { self.deserialize_any(visitor) }
        }
    )+};
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.content {
            Content::Null => visitor.visit_unit(),
            Content::YesNo(yes) => visitor.visit_bool(*yes),
            Content::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(whole), ..) => visitor.visit_i64(whole),
                (_, Some(whole), _) => visitor.visit_u64(whole),
                (.., float) => visitor.visit_f64(float.unwrap_or_default()),
            },
            Content::Text { text, .. } => visitor.visit_str(text),
            Content::List(items) => visitor.visit_seq(Items { reader: self, rest: items.iter().enumerate() }),
            Content::Map(entries) => {
                visitor.visit_map(Entries { reader: self, rest: entries.iter().enumerate(), value: None })
            }
            Content::Hole => visitor.visit_str(""),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let (Some(words), Content::Text { text, style: Style::Plain }) = (self.words, &self.node.content)
            && is_boolean_word(text)
        {
            words.borrow_mut().insert((self.node.place, text.clone()));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.content {
            Content::Null | Content::Hole => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.node.content {
            Content::Text { text, .. } => visitor.visit_enum(text.as_str().into_deserializer()),
            Content::Map(entries) if entries.len() == 1 => {
                visitor.visit_enum(Variant { reader: self, entry: &entries[0] })
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.content {
            Content::Hole => visitor.visit_seq(Items { reader: self, rest: [].iter().enumerate() }),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node.content {
            Content::Hole => visitor.visit_map(Entries { reader: self, rest: [].iter().enumerate(), value: None }),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        // A list would be taken for the fields in their order.
        match self.node.content {
            Content::List(_) => Err(Fault::Type { wanted: "a mapping of names to values".to_owned() }.into()),
            _ => self.deserialize_any(visitor),
        }
    }

    numbers! {
        deserialize_bool visit_bool false;
        deserialize_i64 visit_i64 0;
        deserialize_u32 visit_u32 0;
        deserialize_u64 visit_u64 0;
        deserialize_f64 visit_f64 0.0;
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u128 f32 char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

struct Items<'n, I> {
    reader: Reader<'n>,
    rest: I,
}

impl<'de, 'n, I: Iterator<Item = (usize, &'n Node)>> SeqAccess<'de> for Items<'n, I> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some((position, node)) = self.rest.next() else { return Ok(None) };
        seed.deserialize(self.reader.at(node)).map(Some).map_err(|error| error.inside(position))
    }
}

struct Entries<'n, I> {
    reader: Reader<'n>,
    rest: I,
    value: Option<(usize, &'n Node)>,
}

impl<'de, 'n, I: Iterator<Item = (usize, &'n Entry)>> MapAccess<'de> for Entries<'n, I> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((position, entry)) = self.rest.next() else { return Ok(None) };
        self.value = Some((position, &entry.value));
        seed.deserialize(StrDeserializer::new(&entry.key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (position, node) = self.value.take().expect("serde asks for a key before its value");
        seed.deserialize(self.reader.at(node)).map_err(|error| error.inside(position))
    }
}

/// `only: […]`: a variant that holds something.
struct Variant<'n> {
    reader: Reader<'n>,
    entry: &'n Entry,
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let key: StrDeserializer<'_, Error> = self.entry.key.as_str().into_deserializer();
        Ok((seed.deserialize(key)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Err(de::Error::custom(format_args!("`{}` stands alone, without a value", self.entry.key)))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.reader.at(&self.entry.value)).map_err(|error| error.inside(0))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.reader.at(&self.entry.value).deserialize_any(visitor).map_err(|error| error.inside(0))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.reader.at(&self.entry.value).deserialize_any(visitor).map_err(|error| error.inside(0))
    }
}
