//! People whom the operator keeps out, and those whom too many wrong codes have disabled: how they are, and how they
//! come in again. A server that runs with the database sees it at once.

use crate::{
    clock::Instant,
    failure::Failure,
    proof::Identity,
    secret::Pepper,
    store::{
        Store, Writing, blocked, guessed,
        users::{self, User},
    },
};

/// Keeps somebody out, and ends whatever they are signed in by. `false` when they were out already.
pub async fn block(store: &Store, identity: &Identity, now: Instant) -> Result<bool, Failure> {
    let mut tx = store.write().await?;
    let is_new = blocked::put(&mut tx, identity, now).await?;
    if let Some(sub) = users::of(store, identity.connection, &identity.value).await? {
        blocked::sign_out(&mut tx, &sub).await?;
    }
    tx.commit().await?;
    Ok(is_new)
}

/// Lets somebody in again, for whichever reason they were out. `false` when they were not.
pub async fn unblock(store: &Store, pepper: &Pepper, identity: &Identity) -> Result<bool, Failure> {
    let mut tx = store.write().await?;
    let was_blocked = blocked::remove(&mut tx, identity).await?;
    let person = identity.person(pepper);
    let was_disabled = guessed::is_disabled(&mut tx, &person).await?;
    guessed::enable(&mut tx, &person).await?;
    tx.commit().await?;
    Ok(was_blocked || was_disabled)
}

/// Whether a user is kept out, seen in the transaction that would let them in.
pub async fn is_blocked(tx: &mut Writing, user: &User) -> Result<bool, sqlx::Error> {
    match Identity::of_user(user) {
        Some(identity) => blocked::holds(tx, &identity).await,
        None => Ok(false),
    }
}

#[cfg(test)]
#[path = "blocking_tests.rs"]
mod tests;
