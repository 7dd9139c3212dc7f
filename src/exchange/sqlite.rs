//! Other programs' `SQLite` files, read only.
//!
//! Comes in: a path. Goes out: rows as text and numbers, whatever their declared types. Refuses: to
//! write, to run what the file's own schema would have run, and tables that are none: a view can give
//! rows without end.

use std::path::Path;

use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

use crate::error::{Error, Result};

/// Most bytes of one cell: a column can be computed, and a few bytes then give a gigabyte.
const CELL_MAX: i32 = 64 << 20;

/// The tables of Taguette and `QualCoder` that are read.
const TABLES: &[&str] = &[
    "annotation",
    "attribute",
    "attribute_type",
    "case_text",
    "cases",
    "code_av",
    "code_cat",
    "code_image",
    "code_name",
    "code_text",
    "commands",
    "documents",
    "graph",
    "highlight_tags",
    "highlights",
    "journal",
    "project",
    "projects",
    "source",
    "tags",
];

/// A database of another program.
#[derive(Debug)]
pub(super) struct Database {
    connection: Connection,
    path: std::path::PathBuf,
}

impl Database {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|e| broken(path, &e))?;
        let own = Self {
            connection,
            path: path.to_owned(),
        };
        own.connection
            .execute_batch("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON;")
            .map_err(|e| broken(path, &e))?;
        own.connection
            .set_limit(Limit::SQLITE_LIMIT_LENGTH, CELL_MAX)
            .map_err(|e| broken(path, &e))?;
        own.refuse_views()?;
        Ok(own)
    }

    fn refuse_views(&self) -> Result<()> {
        let mut found = Vec::new();
        self.each(
            "SELECT name FROM sqlite_master WHERE type = 'view'",
            |row| {
                let name = row.text(0);
                if TABLES.iter().any(|table| name.eq_ignore_ascii_case(table)) {
                    found.push(name);
                }
            },
        )?;
        match found.first() {
            Some(name) => Err(Error::other(format!(
                "{}: {name:?} is a view, where the programs that write such files have a table. It is not \
                 read.",
                self.path.display()
            ))),
            None => Ok(()),
        }
    }

    /// Whether there is a table (not a view) with a column.
    pub(super) fn has(&self, table: &str, column: &str) -> bool {
        let sql = "SELECT count(*) FROM sqlite_master m, pragma_table_info(m.name) c \
                   WHERE m.type = 'table' AND m.name = ?1 AND c.name = ?2";
        let count = self
            .connection
            .query_row(sql, [table, column], |row| row.get::<_, i64>(0));
        count.is_ok_and(|n| n > 0)
    }

    /// Gives every row of a query.
    pub(super) fn each(&self, sql: &str, mut take: impl FnMut(&Cells<'_, '_>)) -> Result<()> {
        self.each_of(sql, None, &mut take)
    }

    /// Gives every row of a query with one number to fill in.
    pub(super) fn each_of(
        &self,
        sql: &str,
        number: Option<i64>,
        take: &mut dyn FnMut(&Cells<'_, '_>),
    ) -> Result<()> {
        let failed = |e: rusqlite::Error| broken(&self.path, &e);
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let mut rows = match number {
            Some(number) => statement.query([number]),
            None => statement.query([]),
        }
        .map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            take(&Cells { row });
        }
        Ok(())
    }
}

/// The cells of a row.
#[derive(Debug)]
pub(super) struct Cells<'r, 's> {
    row: &'r Row<'s>,
}

impl Cells<'_, '_> {
    /// A cell as text; empty where it is null.
    pub(super) fn text(&self, column: usize) -> String {
        match self.row.get_ref(column) {
            Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => {
                String::from_utf8_lossy(bytes).into_owned()
            }
            Ok(ValueRef::Integer(number)) => number.to_string(),
            Ok(ValueRef::Real(number)) => number.to_string(),
            Ok(ValueRef::Null) | Err(_) => String::new(),
        }
    }

    /// A cell as a whole number; none where it is none.
    pub(super) fn number(&self, column: usize) -> Option<i64> {
        match self.row.get_ref(column) {
            Ok(ValueRef::Integer(number)) => Some(number),
            Ok(ValueRef::Real(number)) => Some(number as i64),
            Ok(ValueRef::Text(bytes)) => std::str::from_utf8(bytes).ok()?.trim().parse().ok(),
            Ok(ValueRef::Blob(_) | ValueRef::Null) | Err(_) => None,
        }
    }
}

fn broken(path: &Path, error: &rusqlite::Error) -> Error {
    Error::other(format!(
        "{}: the database cannot be read: {error}. It may be damaged or cut off.",
        path.display()
    ))
}

/// Which program's project a database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DatabaseKind {
    /// Taguette.
    Taguette,
    /// `QualCoder`.
    QualCoder,
    /// None that is known.
    Unknown,
}

/// Finds out which program wrote a database.
///
/// # Errors
/// Where it cannot be opened.
pub(super) fn database_kind(path: &Path) -> Result<DatabaseKind> {
    let database = Database::open(path)?;
    Ok(if database.has("highlights", "start_offset") {
        DatabaseKind::Taguette
    } else if database.has("code_text", "seltext") {
        DatabaseKind::QualCoder
    } else {
        DatabaseKind::Unknown
    })
}
