//! Plain tables as Parquet, typed: for R, Python and databases.
//!
//! Comes in: a table, its rows one at a time. Goes out: a file whose columns are numbers, days, yes
//! or no, or text, each of which may be empty; the same bytes every time. Refuses: to drop a cell
//! that is not of its column's kind.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::{Date, date};
use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use crate::error::{Error, Result};

use super::flat::{FlatCell, FlatColumn, FlatTable};
use super::flat_kind::{FlatKind, Typed};

/// Rows of a row group at most: rows wait in memory until their group is whole.
const GROUP_ROWS: usize = 1 << 16;

/// Bytes of text of a row group, about.
const GROUP_BYTES: usize = 16 << 20;

/// The day that Parquet counts days from.
const FIRST_DAY: Date = date(1970, 1, 1);

type Written<T> = std::result::Result<T, ParquetError>;

/// Writes a table to `file`, which stands at `path`; gives the number of rows.
///
/// # Errors
/// Where the file cannot be written, or a row cannot be made.
pub fn write_parquet(table: FlatTable<'_>, file: &mut File, path: &Path) -> Result<usize> {
    let failed = |e: ParquetError| {
        let path = path.display();
        Error::other(format!("{path}: the table cannot be written: {e}."))
    };
    let mut writer = begin(&table.columns, file).map_err(failed)?;
    let mut group = Group::new(&table.columns);
    let mut count = 0;
    for row in table.rows {
        for ((cell, to), column) in row?.iter().zip(&mut group.columns).zip(&table.columns) {
            to.add(cell, column)?;
        }
        count += 1;
        group.rows += 1;
        if group.is_full() {
            group.write(&mut writer).map_err(failed)?;
            group = Group::new(&table.columns);
        }
    }
    if group.rows > 0 {
        group.write(&mut writer).map_err(failed)?;
    }
    writer.close().map_err(failed)?;
    Ok(count)
}

type Writer<'f> = SerializedFileWriter<BufWriter<&'f mut File>>;

fn begin<'f>(columns: &[FlatColumn], file: &'f mut File) -> Written<Writer<'f>> {
    let fields = columns.iter().map(|c| field(c).map(Arc::new));
    let fields = fields.collect::<Written<Vec<_>>>()?;
    let schema = Type::group_type_builder("table")
        .with_fields(fields)
        .build()?;
    let properties = WriterProperties::builder()
        .set_created_by(concat!("verbatim version ", env!("CARGO_PKG_VERSION")).to_owned());
    let file = BufWriter::new(file);
    SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties.build()))
}

fn field(column: &FlatColumn) -> Written<Type> {
    let (physical, logical) = match column.kind {
        FlatKind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        FlatKind::Number => (Physical::INT64, None),
        FlatKind::Decimal => (Physical::DOUBLE, None),
        FlatKind::Date => (Physical::INT32, Some(LogicalType::Date)),
        FlatKind::TrueFalse => (Physical::BOOLEAN, None),
        FlatKind::ZeroOne => (Physical::INT32, None),
    };
    Type::primitive_type_builder(&column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

/// Rows that wait to be written together.
struct Group {
    columns: Vec<Waiting>,
    rows: usize,
}

impl Group {
    fn new(columns: &[FlatColumn]) -> Self {
        Self {
            columns: columns.iter().map(|c| Waiting::new(c.kind)).collect(),
            rows: 0,
        }
    }

    fn is_full(&self) -> bool {
        let bytes: usize = self.columns.iter().map(|c| c.text_bytes).sum();
        self.rows >= GROUP_ROWS || bytes >= GROUP_BYTES
    }

    fn write(&self, writer: &mut Writer<'_>) -> Written<()> {
        let mut group = writer.next_row_group()?;
        for column in &self.columns {
            let Some(mut to) = group.next_column()? else {
                return Err(ParquetError::General("a column too many".to_owned()));
            };
            column.write(&mut to)?;
            to.close()?;
        }
        group.close()?;
        Ok(())
    }
}

/// A column's cells that wait.
struct Waiting {
    /// For each row 1, or 0 where its cell is empty.
    is_there: Vec<i16>,
    values: Values,
    text_bytes: usize,
}

/// The cells that are not empty.
enum Values {
    Text(Vec<ByteArray>),
    Whole(Vec<i64>),
    Small(Vec<i32>),
    Decimal(Vec<f64>),
    TrueFalse(Vec<bool>),
}

impl Waiting {
    fn new(kind: FlatKind) -> Self {
        Self {
            is_there: Vec::new(),
            values: match kind {
                FlatKind::Text => Values::Text(Vec::new()),
                FlatKind::Number => Values::Whole(Vec::new()),
                FlatKind::ZeroOne | FlatKind::Date => Values::Small(Vec::new()),
                FlatKind::Decimal => Values::Decimal(Vec::new()),
                FlatKind::TrueFalse => Values::TrueFalse(Vec::new()),
            },
            text_bytes: 0,
        }
    }

    fn add(&mut self, cell: &FlatCell, column: &FlatColumn) -> Result<()> {
        let typed = column.kind.typed(cell);
        self.is_there.push(i16::from(typed != Some(Typed::Empty)));
        match (&mut self.values, typed) {
            (_, Some(Typed::Empty)) => {}
            (Values::Text(values), Some(Typed::Text(text))) => {
                self.text_bytes += text.len();
                values.push(ByteArray::from(text.as_bytes().to_vec()));
            }
            (Values::Whole(values), Some(Typed::Number(number))) => values.push(number),
            (Values::Small(values), Some(Typed::Number(number))) => values.push(number as i32),
            (Values::Small(values), Some(Typed::Date(day))) => {
                values.push((day - FIRST_DAY).get_days());
            }
            (Values::Decimal(values), Some(Typed::Decimal(number))) => values.push(number),
            (Values::TrueFalse(values), Some(Typed::TrueFalse(value))) => values.push(value),
            (_, typed) => {
                return Err(Error::other(format!(
                    "a cell of the column {} is not what the column holds ({}): {typed:?}, {cell:?}.",
                    column.name,
                    column.kind.as_str()
                )));
            }
        }
        Ok(())
    }

    fn write(&self, to: &mut SerializedColumnWriter<'_>) -> Written<()> {
        match &self.values {
            Values::Text(values) => self.write_values::<ByteArrayType>(values, to),
            Values::Whole(values) => self.write_values::<Int64Type>(values, to),
            Values::Small(values) => self.write_values::<Int32Type>(values, to),
            Values::Decimal(values) => self.write_values::<DoubleType>(values, to),
            Values::TrueFalse(values) => self.write_values::<BoolType>(values, to),
        }
    }

    fn write_values<T: DataType>(
        &self,
        values: &[T::T],
        to: &mut SerializedColumnWriter<'_>,
    ) -> Written<()> {
        let to = to.typed::<T>();
        to.write_batch(values, Some(&self.is_there), None)?;
        Ok(())
    }
}
