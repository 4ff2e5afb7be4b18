// Fields that take the place of others, with what stood in those.

/** Back to a field, with the caret behind what was typed: an email field does not tell where it was. */
export const resume = (field) => {
  if (!field) return;
  const { value } = field;
  field.focus();
  field.value = "";
  field.value = value;
};

/** Puts half a code into its field, and the focus where it was. Told to nobody: a whole one that was refused would be tried again. */
export const refill = (field, [value, hasFocus]) => {
  field.value = value;
  field.parentElement.dataset.at = value.length;
  if (hasFocus) field.focus();
};
