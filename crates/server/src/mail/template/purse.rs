//! What one rendering may cost.

use std::{cell::Cell, collections::BTreeSet, io};

use liquid_core::{
    Result, Runtime, ValueView,
    model::{DisplayCow, KString, KStringCow, KStringRef, ScalarCow, State, Value, ValueCow},
    runtime::{Interrupt, InterruptRegister, PartialStore, Registers},
};

/// Steps: a variable that is read, a round of a loop, a kilobyte that is written or made.
const STEPS: u32 = 20_000;
/// Bytes of a message.
pub(super) const OUTPUT_MAX: usize = 256 * 1024;
/// Bytes of a value.
pub(super) const VALUE_MAX: usize = 64 * 1024;

/// Pays until it is empty.
#[derive(Debug)]
pub(super) struct Purse(Cell<Option<u32>>);

impl Default for Purse {
    fn default() -> Self {
        Self(Cell::new(Some(STEPS)))
    }
}

impl Purse {
    /// Pays for so many bytes, and for the step itself.
    fn pay(&self, bytes: usize) -> bool {
        let price = u32::try_from(bytes / 1024).unwrap_or(u32::MAX).saturating_add(1);
        self.0.set(self.0.get().and_then(|left| left.checked_sub(price)));
        !self.is_empty()
    }

    /// Nothing more can be paid for.
    fn drain(&self) {
        self.0.set(None);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.get().is_none()
    }
}

/// A message that grows, as long as it is paid for.
pub(super) struct Output<'a> {
    bytes: Vec<u8>,
    purse: &'a Purse,
}

impl<'a> Output<'a> {
    pub(super) fn new(purse: &'a Purse) -> Self {
        Self { bytes: Vec::new(), purse }
    }

    pub(super) fn into_text(self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl io::Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > OUTPUT_MAX {
            self.purse.drain();
        }
        if !self.purse.pay(bytes.len()) {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A runtime that pays for every step, and in which unknown variables are [`Absent`].
pub(super) struct Metered<'a> {
    inner: &'a dyn Runtime,
    purse: &'a Purse,
}

impl<'a> Metered<'a> {
    pub(super) fn new(inner: &'a dyn Runtime, purse: &'a Purse) -> Self {
        Self { inner, purse }
    }
}

impl Runtime for Metered<'_> {
    fn partials(&self) -> &dyn PartialStore {
        self.inner.partials()
    }

    fn name(&self) -> Option<KStringRef<'_>> {
        self.inner.name()
    }

    fn roots(&self) -> BTreeSet<KStringCow<'_>> {
        self.inner.roots()
    }

    fn try_get(&self, path: &[ScalarCow<'_>]) -> Option<ValueCow<'_>> {
        self.purse.pay(0);
        self.inner.try_get(path)
    }

    fn get(&self, path: &[ScalarCow<'_>]) -> Result<ValueCow<'_>> {
        if !self.purse.pay(0) {
            return Err(liquid_core::Error::with_msg("The template does too much"));
        }
        Ok(self.inner.try_get(path).unwrap_or(ValueCow::Borrowed(&Absent)))
    }

    fn set_global(&self, name: KString, value: Value) -> Option<Value> {
        // A value that is built up round by round is paid for each time.
        let value = if self.purse.pay(size(&value)) { value } else { Value::Nil };
        self.inner.set_global(name, value)
    }

    fn set_index(&self, name: KString, value: Value) -> Option<Value> {
        self.inner.set_index(name, value)
    }

    fn get_index<'b>(&'b self, name: &str) -> Option<ValueCow<'b>> {
        self.inner.get_index(name)
    }

    /// Every round of a loop asks for these, also one that does nothing else. An empty purse ends
    /// the loop as `break` does.
    fn registers(&self) -> &Registers {
        let registers = self.inner.registers();
        if !self.purse.pay(0) {
            registers.get_mut::<InterruptRegister>().set(Interrupt::Break);
        }
        registers
    }
}

/// How much a value takes, in bytes.
pub(super) fn size(value: &dyn ValueView) -> usize {
    match value.as_array() {
        // Each element has a price besides its text.
        Some(array) => array.values().map(|element| 32 + element.to_kstr().len()).sum(),
        None => value.to_kstr().len(),
    }
}

/// A variable that is not there: false, blank, and without any part. Unlike the nil of the crate it
/// can be asked what it `contains`.
#[derive(Debug)]
struct Absent;

impl ValueView for Absent {
    fn as_debug(&self) -> &dyn std::fmt::Debug {
        self
    }

    fn render(&self) -> DisplayCow<'_> {
        DisplayCow::Borrowed(&"")
    }

    fn source(&self) -> DisplayCow<'_> {
        DisplayCow::Borrowed(&"")
    }

    fn type_name(&self) -> &'static str {
        "nil"
    }

    fn query_state(&self, state: State) -> bool {
        matches!(state, State::DefaultValue | State::Blank)
    }

    fn to_kstr(&self) -> KStringCow<'_> {
        KStringCow::from_static("")
    }

    fn to_value(&self) -> Value {
        Value::Nil
    }

    fn as_scalar(&self) -> Option<ScalarCow<'_>> {
        Some(ScalarCow::new(""))
    }

    fn is_nil(&self) -> bool {
        true
    }
}
