//! Sums of many entries, added up before they are written.

use crate::rows::{AddSums, Row, Table, Value};
use std::collections::HashMap;

/// In a replay most days' rows are met a thousand times.
#[derive(Debug)]
pub(crate) struct GatheredSums {
    /// By a table's place among all.
    tables: Vec<SumsByKey>,
}

type SumsByKey = HashMap<Vec<Value>, Vec<i64>, foldhash::fast::RandomState>;

impl Default for GatheredSums {
    fn default() -> GatheredSums {
        GatheredSums {
            tables: vec![SumsByKey::default(); Table::ALL.len()],
        }
    }
}

impl AddSums for GatheredSums {
    fn add(&mut self, table: Table, key: &[Value], sums: &[i64]) {
        self.add_each(table, key, sums.iter().copied());
    }
}

impl GatheredSums {
    /// Takes off again what a row of a table of sums had added, here or elsewhere.
    pub(crate) fn take_off(&mut self, row: &Row) {
        let (key, sums) = row.values.split_at(row.values.len() - row.table.sums());
        let less = sums.iter().map(|value| match value {
            Value::Int(sum) => -sum,
            // The columns of sums hold integers only.
            Value::Null | Value::Text(_) | Value::Blob(_) => 0,
        });
        self.add_each(row.table, key, less);
    }

    fn add_each(&mut self, table: Table, key: &[Value], added: impl Iterator<Item = i64>) {
        let of_table = &mut self.tables[table as usize];
        match of_table.get_mut(key) {
            Some(sums) => sums.iter_mut().zip(added).for_each(|(sum, more)| *sum += more),
            None => {
                of_table.insert(key.to_vec(), added.collect());
            }
        }
    }

    /// Adds what was gathered elsewhere.
    pub(crate) fn absorb(&mut self, other: GatheredSums) {
        for (table, of_table) in Table::ALL.iter().zip(other.tables) {
            for (key, sums) in of_table {
                self.add(*table, &key, &sums);
            }
        }
    }

    /// Where all that was added was taken off again, nothing is left to be told.
    pub(crate) fn into_rows(self) -> impl Iterator<Item = Row> {
        let rows = |(table, sums): (&Table, SumsByKey)| {
            let table = *table;
            sums.into_iter()
                .filter(|(_, sums)| sums.iter().any(|sum| *sum != 0))
                .map(move |(mut values, sums)| {
                    values.extend(sums.into_iter().map(Value::Int));
                    Row { table, values }
                })
        };
        Table::ALL.iter().zip(self.tables).flat_map(rows)
    }
}
