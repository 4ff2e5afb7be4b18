//! What one rendering may cost.

use std::{cell::Cell, collections::BTreeSet, io, rc::Rc, time::Duration};

use liquid_core::{
    Error, Result, Runtime, ValueView,
    model::{DisplayCow, KString, KStringCow, KStringRef, ScalarCow, State, Value, ValueCow},
    runtime::{Interrupt, InterruptRegister, PartialStore, Registers},
};

use super::stopwatch::Stopwatch;

/// Bytes of a message.
pub(super) const OUTPUT_MAX: usize = 256 * 1024;
/// Bytes of a value.
pub(super) const VALUE_MAX: usize = 64 * 1024;

/// What is in a purse at first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    /// Steps: a variable that is read, a round of a loop, a filter, a kilobyte that is read, written or
    /// made.
    pub(super) steps: u32,
    /// For what takes longer than its steps say.
    pub(super) time: Duration,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { steps: 20_000, time: Duration::from_millis(50) }
    }
}

/// After how many steps the time is read: that is a call to the operating system.
const STEPS_PER_READING: u32 = 16;

/// Pays until it is empty. Copies of it are of one purse.
#[derive(Clone, Debug)]
pub(super) struct Purse(Rc<Contents>);

#[derive(Debug)]
struct Contents {
    steps: Cell<Option<u32>>,
    time: Duration,
    watch: Stopwatch,
}

impl Default for Purse {
    fn default() -> Self {
        Self::new(Allowance::default())
    }
}

impl Purse {
    /// A purse of the thread that renders.
    pub(super) fn new(allowance: Allowance) -> Self {
        let Allowance { steps, time } = allowance;
        Self(Rc::new(Contents { steps: Cell::new(Some(steps)), time, watch: Stopwatch::start() }))
    }

    /// Pays for so many bytes, and for the step itself.
    pub(super) fn pay(&self, bytes: usize) -> bool {
        let Contents { steps, time, watch } = &*self.0;
        let price = u32::try_from(bytes / 1024).unwrap_or(u32::MAX).saturating_add(1);
        let Some(before) = steps.get() else { return false };
        let mut left = before.checked_sub(price);
        let is_due = |left| before / STEPS_PER_READING != left / STEPS_PER_READING;
        if left.is_some_and(is_due) && watch.elapsed() > *time {
            left = None;
        }
        steps.set(left);
        left.is_some()
    }

    /// The same, for what can fail.
    pub(super) fn charge(&self, bytes: usize) -> Result<()> {
        if self.pay(bytes) { Ok(()) } else { Err(Error::with_msg("The template does too much")) }
    }

    /// Nothing more can be paid for.
    fn drain(&self) {
        self.0.steps.set(None);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.steps.get().is_none()
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
        // Filters and blocks find it there.
        *inner.registers().get_mut::<Purse>() = purse.clone();
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
        let value = self.inner.try_get(path);
        // What the template made itself comes as a copy.
        let bytes = value.as_ref().map_or(0, |value| size(value.as_view()));
        if self.purse.pay(bytes) { value } else { None }
    }

    fn get(&self, path: &[ScalarCow<'_>]) -> Result<ValueCow<'_>> {
        let value = self.try_get(path);
        if self.purse.is_empty() {
            return Err(Error::with_msg("The template does too much"));
        }
        Ok(value.unwrap_or(ValueCow::Borrowed(&Absent)))
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
