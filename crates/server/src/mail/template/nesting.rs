//! How many blocks the parser is in: each is a level of the machine's stack, when a template is read and
//! when it is rendered. It is the parser that says where a block begins, and nobody else.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
};

use liquid_core::{
    Error, Language, Renderable, Result,
    parser::{BlockReflection, ParseBlock, TagBlock, TagTokenIter},
};

/// Blocks inside blocks.
pub(super) const DEPTH_MAX: usize = 32;

/// Counts while one template is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Depth(Arc<Levels>);

#[derive(Debug, Default)]
struct Levels {
    open: AtomicUsize,
    is_exceeded: AtomicBool,
}

impl Depth {
    /// A block that is counted.
    pub(super) fn counted(&self, block: Box<dyn ParseBlock>) -> Box<dyn ParseBlock> {
        Box::new(Counted { block, depth: self.clone() })
    }

    /// Whether there was one block too many. A comment forgets the errors of what is in it; this does not.
    pub(super) fn is_exceeded(&self) -> bool {
        self.0.is_exceeded.load(Relaxed)
    }
}

#[derive(Clone)]
struct Counted {
    block: Box<dyn ParseBlock>,
    depth: Depth,
}

impl ParseBlock for Counted {
    fn parse(
        &self,
        arguments: TagTokenIter<'_>,
        tokens: TagBlock<'_, '_>,
        language: &Language,
    ) -> Result<Box<dyn Renderable>> {
        let Levels { open, is_exceeded } = &*self.depth.0;
        if open.fetch_add(1, Relaxed) >= DEPTH_MAX {
            is_exceeded.store(true, Relaxed);
        }
        // Whatever follows such a block would be read in vain.
        let parsed = if is_exceeded.load(Relaxed) {
            Err(Error::with_msg("Too many blocks inside each other"))
        } else {
            self.block.parse(arguments, tokens, language)
        };
        open.fetch_sub(1, Relaxed);
        parsed
    }

    fn reflection(&self) -> &dyn BlockReflection {
        self.block.reflection()
    }
}
