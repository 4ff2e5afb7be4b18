//! serde over the values that the browser's own JSON parser makes and writes.
//!
//! The wasm carries no parser and, unlike with a ready-made bridge, no error texts either: a value
//! either has the shape or has not. That saves more than it costs (see ARCHITECTURE.md, "Bytes").

use js_sys::{Array, JSON, Object, Reflect};
use serde::{
    Serialize, Serializer,
    de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, SeqAccess, Visitor},
    forward_to_deserialize_any,
    ser::{Impossible, SerializeSeq, SerializeStruct},
};
use wasm_bindgen::{JsCast, JsValue};

/// A value as JSON.
pub(super) fn write<T: Serialize>(value: &T) -> Option<String> {
    JSON::stringify(&value.serialize(Writer).ok()?).ok()?.as_string()
}

/// A value from JSON.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(Reader(JSON::parse(text).ok()?)).ok()
}

/// The value has another shape. Which one is nobody's business at run time.
#[derive(Debug)]
struct Unfit;

impl core::fmt::Display for Unfit {
    fn fmt(&self, _: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        Ok(())
    }
}

impl core::error::Error for Unfit {}

// Every constructor is spelled out: serde's own would format what was found, numbers included.
impl Error for Unfit {
    fn custom<T: core::fmt::Display>(_: T) -> Self {
        Self
    }
    fn invalid_type(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn invalid_value(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn missing_field(_: &'static str) -> Self {
        Self
    }
    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
}

impl serde::ser::Error for Unfit {
    fn custom<T: core::fmt::Display>(_: T) -> Self {
        Self
    }
}

struct Reader(JsValue);

impl<'de> Deserializer<'de> for Reader {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        if let Some(text) = self.0.as_string() {
            return visitor.visit_string(text);
        }
        if let Some(number) = self.0.as_f64() {
            return visitor.visit_f64(number);
        }
        if let Some(flag) = self.0.as_bool() {
            return visitor.visit_bool(flag);
        }
        let list: Array = self.0.dyn_into().map_err(|_| Unfit)?;
        visitor.visit_seq(Items(list, 0))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        if !self.0.is_object() || Array::is_array(&self.0) {
            return Err(Unfit);
        }
        // In order, like a list: what serde derives for that is a fraction of what it derives for names.
        visitor.visit_seq(Fields { object: self.0, left: fields })
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        /// Up to here every whole number has a `f64` of its own.
        const EXACT: f64 = 9_007_199_254_740_991.0;
        let number = self.0.as_f64().filter(|number| (0.0..=EXACT).contains(number)).ok_or(Unfit)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range, as checked")]
        let whole = number as u64;
        visitor.visit_u64(whole)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Only the fields that the type has are asked for; whatever else there is stays unread.
struct Fields {
    object: JsValue,
    left: &'static [&'static str],
}

impl<'de> SeqAccess<'de> for Fields {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        let Some((field, rest)) = self.left.split_first() else { return Ok(None) };
        self.left = rest;
        let value = Reflect::get(&self.object, &JsValue::from_str(field)).map_err(|_| Unfit)?;
        let is_missing = value.is_undefined();
        match seed.deserialize(Reader(value)) {
            // serde takes the field's default, or refuses where it has none.
            Err(Unfit) if is_missing => Ok(None),
            other => other.map(Some),
        }
    }
}

struct Items(Array, u32);

impl<'de> SeqAccess<'de> for Items {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        if self.1 >= self.0.length() {
            return Ok(None);
        }
        self.1 += 1;
        seed.deserialize(Reader(self.0.get(self.1 - 1))).map(Some)
    }
}

struct Writer;

/// What no wire type of ours holds is refused.
macro_rules! refuse {
    ($($method:ident($($argument:ty),*) -> $result:ty;)*) => {
        $(fn $method(self, $(_: $argument),*) -> Result<$result, Unfit> {
            Err(Unfit)
        })*
    };
}

impl Serializer for Writer {
    type Ok = JsValue;
    type Error = Unfit;
    type SerializeSeq = List;
    type SerializeStruct = Record;
    type SerializeTuple = Impossible<JsValue, Unfit>;
    type SerializeTupleStruct = Impossible<JsValue, Unfit>;
    type SerializeTupleVariant = Impossible<JsValue, Unfit>;
    type SerializeMap = Impossible<JsValue, Unfit>;
    type SerializeStructVariant = Impossible<JsValue, Unfit>;

    fn serialize_bool(self, value: bool) -> Result<JsValue, Unfit> {
        Ok(JsValue::from_bool(value))
    }
    fn serialize_u32(self, value: u32) -> Result<JsValue, Unfit> {
        self.serialize_f64(value.into())
    }
    fn serialize_u64(self, value: u64) -> Result<JsValue, Unfit> {
        #[expect(clippy::cast_precision_loss, reason = "dates, far below 2^53")]
        self.serialize_f64(value as f64)
    }
    fn serialize_f64(self, value: f64) -> Result<JsValue, Unfit> {
        Ok(JsValue::from_f64(value))
    }
    fn serialize_str(self, value: &str) -> Result<JsValue, Unfit> {
        Ok(JsValue::from_str(value))
    }
    fn serialize_none(self) -> Result<JsValue, Unfit> {
        Ok(JsValue::NULL)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<JsValue, Unfit> {
        value.serialize(self)
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<List, Unfit> {
        Ok(List(Array::new()))
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Record, Unfit> {
        Ok(Record(Object::new()))
    }

    refuse! {
        serialize_i8(i8) -> JsValue;
        serialize_i16(i16) -> JsValue;
        serialize_i32(i32) -> JsValue;
        serialize_i64(i64) -> JsValue;
        serialize_u8(u8) -> JsValue;
        serialize_u16(u16) -> JsValue;
        serialize_f32(f32) -> JsValue;
        serialize_char(char) -> JsValue;
        serialize_bytes(&[u8]) -> JsValue;
        serialize_unit() -> JsValue;
        serialize_unit_struct(&'static str) -> JsValue;
        serialize_unit_variant(&'static str, u32, &'static str) -> JsValue;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: &T,
    ) -> Result<JsValue, Unfit> {
        Err(Unfit)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<JsValue, Unfit> {
        Err(Unfit)
    }
}

struct List(Array);

impl SerializeSeq for List {
    type Ok = JsValue;
    type Error = Unfit;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        self.0.push(&value.serialize(Writer)?);
        Ok(())
    }

    fn end(self) -> Result<JsValue, Unfit> {
        Ok(self.0.into())
    }
}

struct Record(Object);

impl SerializeStruct for Record {
    type Ok = JsValue;
    type Error = Unfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Unfit> {
        let value = value.serialize(Writer)?;
        Reflect::set(&self.0, &JsValue::from_str(name), &value).map(drop).map_err(|_| Unfit)
    }

    fn end(self) -> Result<JsValue, Unfit> {
        Ok(self.0.into())
    }
}
