//! The scoped sheets: a class per file in `style/`.
//!
//! The class is all that the wasm knows of a sheet. `cargo xtask` scopes the files with the same
//! stylers and writes them into one `latch.css`, which `latch.js` adopts on both sides of the shadow
//! border. What stylers must not be given: combinators other than the blank, and `@keyframes`
//! (these live in `style/base.css`, which is plain).

/// Declares the class of a sheet, and makes the build notice when the file changes: the macro
/// alone reads it without telling the compiler.
macro_rules! sheet {
    ($(#[$doc:meta])* $name:ident, $path:literal, $include:literal) => {
        $(#[$doc])*
        pub const $name: &str = stylers::style_sheet!($path);
        const _: &str = include_str!($include);
    };
}

sheet!(
    /// The identifier screen.
    IDENTIFIER, "./style/identifier.css", "../style/identifier.css"
);
sheet!(
    /// The captcha screen.
    CAPTCHA, "./style/full/captcha.css", "../style/full/captcha.css"
);
sheet!(
    /// The code screen.
    CODE, "./style/code.css", "../style/code.css"
);
sheet!(
    /// The authenticated screen.
    AUTHENTICATED, "./style/authenticated.css", "../style/authenticated.css"
);
sheet!(
    /// A labelled text field.
    FIELD, "./style/field.css", "../style/field.css"
);
sheet!(
    /// The field of a one-time code.
    CODE_FIELD, "./style/code-field.css", "../style/code-field.css"
);
sheet!(
    /// Buttons.
    BUTTON, "./style/button.css", "../style/button.css"
);
sheet!(
    /// A field that takes phone numbers.
    PHONE_FIELD, "./style/full/phone-field.css", "../style/full/phone-field.css"
);
sheet!(
    /// A button that opens a list, and the list.
    PICKER, "./style/full/picker.css", "../style/full/picker.css"
);
sheet!(
    /// The line under a field.
    MESSAGE, "./style/message.css", "../style/message.css"
);
#[cfg(feature = "full")]
sheet!(
    /// What helps while a message is on its way.
    WAITING, "./style/full/waiting.css", "../style/full/waiting.css"
);
#[cfg(feature = "full")]
sheet!(
    /// Who was here last.
    REMEMBERED, "./style/full/remembered.css", "../style/full/remembered.css"
);
#[cfg(feature = "full")]
sheet!(
    /// What stands around the field of the identifier screen.
    AROUND, "./style/full/around.css", "../style/full/around.css"
);
