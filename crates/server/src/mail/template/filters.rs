//! Filters that the `liquid` crates have and that do something else there: here they do what Auth0's
//! Liquid does.

use liquid_core::{
    Display_filter, Expression, Filter, FilterParameters, FilterReflection, FromFilterParameters,
    ParseFilter, Result, Runtime, Value, ValueView,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What JavaScript's `encodeURIComponent` leaves as it is.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// `url_encode`: a space is a plus sign.
#[derive(Clone, ParseFilter, FilterReflection)]
#[filter(name = "url_encode", description = "", parsed(UrlEncodeFilter))]
pub(super) struct UrlEncode;

#[derive(Debug, Default, Display_filter)]
#[name = "url_encode"]
struct UrlEncodeFilter;

impl Filter for UrlEncodeFilter {
    fn evaluate(&self, input: &dyn ValueView, _: &dyn Runtime) -> Result<Value> {
        let encoded = utf8_percent_encode(input.to_kstr().as_str(), KEPT).to_string();
        Ok(Value::scalar(encoded.replace("%20", "+")))
    }
}

#[derive(Debug, FilterParameters)]
struct SplitArguments {
    #[parameter(description = "", arg_type = "str")]
    separator: Expression,
}

/// `split`: by nothing, it gives the characters; what is empty at the end is left out.
#[derive(Clone, ParseFilter, FilterReflection)]
#[filter(name = "split", description = "", parameters(SplitArguments), parsed(SplitFilter))]
pub(super) struct Split;

#[derive(Debug, FromFilterParameters, Display_filter)]
#[name = "split"]
struct SplitFilter {
    #[parameters]
    arguments: SplitArguments,
}

impl Filter for SplitFilter {
    fn evaluate(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<Value> {
        let arguments = self.arguments.evaluate(runtime)?;
        let (text, separator) = (input.to_kstr(), arguments.separator);
        let mut parts: Vec<String> = if separator.is_empty() {
            text.chars().map(String::from).collect()
        } else {
            text.split(separator.as_str()).map(ToOwned::to_owned).collect()
        };
        while parts.last().is_some_and(String::is_empty) {
            parts.pop();
        }
        Ok(Value::Array(parts.into_iter().map(Value::scalar).collect()))
    }
}
