//! What is being handed over at this very moment, on paper.
//!
//! Between the last byte that makes a message its carrier's and the record that it has gone, the server
//! can be killed. What was handed over then must not be handed over again, and what was not must be. The
//! database is too slow to tell them apart: its record takes milliseconds. So the message's id is written
//! into a file right before the last byte is, by the same thread, and marked as soon as the carrier says
//! that it has it, and taken out when the record is made. What still stands unmarked in the file of a
//! process that is gone is in doubt: nobody sends it again. Whoever waits for it asks for another.
//!
//! Each process has a file of its own beside the database, and holds a lock on it as long as it lives.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    clock::Instant,
    failure::Failure,
    random::Random,
    store::{Store, outbox},
};

/// Bytes of a place in the file: an id, and spaces.
const PLACE: usize = 32;

/// What follows an id whose message the carrier has.
const HAS_IT: char = '+';

/// What stands between the database's name and the process' own.
const MARK: &str = "-handover-";

/// The file of this process.
pub struct Handovers {
    path: PathBuf,
    places: Mutex<Places>,
}

struct Places {
    file: File,
    /// Which are taken.
    taken: Vec<bool>,
    /// Places, and what stands in them, whose end was never recorded.
    given_up: Vec<(usize, Note)>,
}

/// What is known of a message that was handed over.
#[derive(Clone)]
struct Note {
    id: String,
    /// Whether its carrier said that it has it.
    arrived: bool,
}

impl Handovers {
    /// Makes the file beside a database.
    pub fn open(database: &Path, random: &dyn Random) -> Result<Self, Failure> {
        let mut name = database.as_os_str().to_owned();
        name.push(format!("{MARK}{}", crate::random::id(random)?));
        let path = PathBuf::from(name);
        // It gets its name when it is locked: nobody finds it before that.
        let file = open(&path.with_extension("new"))
            .and_then(|file| std::fs::rename(path.with_extension("new"), &path).map(|()| file))
            .map_err(sqlx::Error::Io)?;
        let places = Mutex::new(Places { file, taken: Vec::new(), given_up: Vec::new() });
        Ok(Self { path, places })
    }

    /// Begins to hand a message over.
    pub fn begin(self: &Arc<Self>, id: &str) -> Handover {
        Handover(Arc::new(OnWay {
            all: self.clone(),
            id: id.to_owned(),
            place: Mutex::default(),
            arrived: AtomicBool::default(),
        }))
    }

    /// Whether no other process lives. One that begins later undertakes nothing before this look.
    pub fn is_alone(&self) -> Result<bool, Failure> {
        Ok(self.others(|lives| lives).map_err(sqlx::Error::Io)?.is_empty())
    }

    /// Notes in the database what became of messages: of processes that are gone, and of this one where
    /// it gave them up.
    pub async fn settle(&self, store: &Store, now: Instant) -> Result<(), Failure> {
        let dead = self.others(|lives| !lives).map_err(sqlx::Error::Io)?;
        let given_up = std::mem::take(&mut self.lock().given_up);
        let mut notes: Vec<Note> = given_up.iter().map(|(_, note)| note.clone()).collect();
        for path in &dead {
            notes.extend(read(path).map_err(sqlx::Error::Io)?);
        }
        let (arrived, open): (Vec<_>, Vec<_>) = notes.into_iter().partition(|note| note.arrived);
        let ids = |notes: Vec<Note>| notes.into_iter().map(|note| note.id).collect::<Vec<_>>();
        let settled = async {
            outbox::forget(store, &ids(arrived)).await?;
            outbox::doubt(store, &ids(open), now, "the server ended when it was handed over").await
        };
        let doubted = match settled.await {
            Ok(doubted) => doubted,
            Err(error) => {
                self.lock().given_up.extend(given_up);
                return Err(error.into());
            }
        };
        if doubted > 0 {
            tracing::warn!(doubted, "messages may have left or not when their server ended: not sent again");
        }
        for (place, _) in given_up {
            self.lock().free(place);
        }
        for path in dead {
            // Another process may have been faster.
            let _ = std::fs::remove_file(path);
        }
        Ok(())
    }

    /// The files of other processes: of those that live, or of those that are gone.
    fn others(&self, wanted: impl Fn(bool) -> bool) -> io::Result<Vec<PathBuf>> {
        let (Some(folder), Some(own)) = (self.path.parent(), self.path.file_name().and_then(|n| n.to_str()))
        else {
            return Ok(Vec::new());
        };
        let database = own.rsplit_once(MARK).map_or(own, |(database, _)| database);
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let is_ours = name.strip_prefix(database).is_some_and(|rest| rest.starts_with(MARK));
            if is_ours && name != own && lives(&path)?.is_some_and(&wanted) {
                found.push(path);
            }
        }
        Ok(found)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A process that ends in order leaves nothing behind.
impl Drop for Handovers {
    fn drop(&mut self) {
        let places = self.lock();
        if places.given_up.is_empty() && !places.taken.contains(&true) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// One message on its way. A clone is of the same.
#[derive(Clone)]
pub struct Handover(Arc<OnWay>);

struct OnWay {
    all: Arc<Handovers>,
    id: String,
    place: Mutex<Option<usize>>,
    arrived: AtomicBool,
}

impl Handover {
    /// The next thing that happens makes the message its carrier's.
    pub fn mark(&self) {
        let OnWay { all, id, place, .. } = &*self.0;
        *place.lock().unwrap_or_else(PoisonError::into_inner) = all.lock().take(id);
    }

    /// Whether it may be its carrier's already.
    pub fn is_marked(&self) -> bool {
        self.0.place.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Its carrier has it. From here on a kill leaves no doubt.
    pub fn arrived(&self) {
        let OnWay { all, id, place, arrived } = &*self.0;
        arrived.store(true, Ordering::Relaxed);
        if let Some(place) = *place.lock().unwrap_or_else(PoisonError::into_inner) {
            all.lock().confirm(place, id);
        }
    }

    /// Its carrier has not taken it: it is tried again, also by others.
    pub fn came_back(&self) {
        self.forget();
    }

    /// What became of it is recorded.
    pub fn is_recorded(&self) {
        self.forget();
    }

    fn forget(&self) {
        let OnWay { all, place, .. } = &*self.0;
        let place = place.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(place) = place {
            all.lock().free(place);
        }
    }
}

/// Nobody recorded what became of it.
impl Drop for OnWay {
    fn drop(&mut self) {
        let place = self.place.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(place) = place {
            let note = Note { id: std::mem::take(&mut self.id), arrived: *self.arrived.get_mut() };
            self.all.lock().given_up.push((place, note));
        }
    }
}

impl Places {
    fn take(&mut self, id: &str) -> Option<usize> {
        let place = self.taken.iter().position(|taken| !taken).unwrap_or(self.taken.len());
        // Where nothing can be written, the message goes out all the same: better twice than never.
        if let Err(error) = write(&mut self.file, place, id) {
            tracing::error!(%error, "a message is handed over without a note of it");
            return None;
        }
        match self.taken.get_mut(place) {
            Some(taken) => *taken = true,
            None => self.taken.push(true),
        }
        Some(place)
    }

    fn confirm(&mut self, place: usize, id: &str) {
        if let Err(error) = write(&mut self.file, place, &format!("{id}{HAS_IT}")) {
            tracing::error!(%error, "a message that arrived is not noted as such");
        }
    }

    fn free(&mut self, place: usize) {
        if let Err(error) = write(&mut self.file, place, "") {
            tracing::error!(%error, "a note of a message cannot be taken back");
        }
        if let Some(taken) = self.taken.get_mut(place) {
            *taken = false;
        }
    }
}

/// Makes a file and locks it, readable for its owner only.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    file.lock()?;
    Ok(file)
}

fn write(file: &mut File, place: usize, id: &str) -> io::Result<()> {
    file.seek(SeekFrom::Start(u64::try_from(place * PLACE).map_err(io::Error::other)?))?;
    file.write_all(format!("{id:PLACE$}").as_bytes())
}

/// Whether somebody holds a file; nothing when it is gone.
fn lives(path: &Path) -> io::Result<Option<bool>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(false)),
        Err(TryLockError::WouldBlock) => Ok(Some(true)),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The notes in a file.
fn read(path: &Path) -> io::Result<Vec<Note>> {
    let mut text = String::new();
    match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        file => drop(file?.read_to_string(&mut text)?),
    }
    let note = |word: &str| match word.strip_suffix(HAS_IT) {
        Some(id) => Note { id: id.to_owned(), arrived: true },
        None => Note { id: word.to_owned(), arrived: false },
    };
    Ok(text.split_whitespace().map(note).collect())
}
