//! The rows of `--format ndjson` as table definitions, made from the JSON Schema: `schema/report.ddl`
//! for Spark, `schema/report.sql` for DuckDB. What the schema leaves open, the facts of a command, is
//! JSON text in them: a column that a later version adds harms nobody.

use serde_json::Value;

/// How types are written.
struct Dialect {
    text: &'static str,
    whole: &'static str,
    number: &'static str,
    truth: &'static str,
    /// What may hold anything.
    open: &'static str,
    list: fn(&str) -> String,
    /// A field of a structure.
    field: fn(&str, &str) -> String,
    structure: fn(&str) -> String,
}

const SPARK: Dialect = Dialect {
    text: "STRING",
    whole: "BIGINT",
    number: "DOUBLE",
    truth: "BOOLEAN",
    open: "STRING",
    list: |of| format!("ARRAY<{of}>"),
    field: |name, of| format!("`{name}`: {of}"),
    structure: |fields| format!("STRUCT<{fields}>"),
};

const DUCKDB: Dialect = Dialect {
    text: "VARCHAR",
    whole: "BIGINT",
    number: "DOUBLE",
    truth: "BOOLEAN",
    open: "JSON",
    list: |of| format!("{of}[]"),
    field: |name, of| format!("\"{name}\" {of}"),
    structure: |fields| format!("STRUCT({fields})"),
};

impl Dialect {
    /// The type of what a part of the schema describes.
    fn of(&self, schema: &Value, part: &Value) -> String {
        if let Some(name) = part["$ref"].as_str() {
            return self.of(schema, schema.pointer(name.trim_start_matches('#')).unwrap());
        }
        let alternatives = part["oneOf"].as_array().into_iter().flatten();
        if let Some(real) = alternatives.into_iter().find(|one| one["type"] != "null") {
            return self.of(schema, real);
        }
        let names = match &part["type"] {
            Value::Array(names) => names.clone(),
            name => vec![name.clone()],
        };
        let name = names.iter().filter_map(Value::as_str).find(|name| *name != "null");
        match name {
            Some("integer") => self.whole.to_owned(),
            Some("number") => self.number.to_owned(),
            Some("boolean") => self.truth.to_owned(),
            Some("array") => (self.list)(&self.of(schema, &part["items"])),
            Some("object") if part["additionalProperties"] == false => {
                let fields = self.columns(schema, part).into_iter();
                let fields: Vec<_> = fields.map(|(name, of)| (self.field)(&name, &of)).collect();
                (self.structure)(&fields.join(", "))
            }
            Some("object") => self.open.to_owned(),
            // Strings, and what has a list of words for its type.
            _ => self.text.to_owned(),
        }
    }

    /// The names and types of an object.
    fn columns(&self, schema: &Value, part: &Value) -> Vec<(String, String)> {
        let properties = part["properties"].as_object().unwrap().iter();
        properties.map(|(name, of)| (name.clone(), self.of(schema, of))).collect()
    }

    /// Those of a row: an item, or the end mark.
    fn row(&self, schema: &Value) -> Vec<(String, String)> {
        let definitions = &schema["$defs"];
        let item = self.columns(schema, &definitions["item"]);
        item.into_iter().chain(self.columns(schema, &definitions["end"])).collect()
    }
}

/// One column a line, as `spark.read.schema` takes it.
pub fn ddl(schema: &Value) -> String {
    let columns = SPARK.row(schema).into_iter();
    let columns: Vec<_> = columns.map(|(name, of)| format!("`{name}` {of}")).collect();
    columns.join(",\n") + "\n"
}

/// A macro that reads files of rows.
pub fn sql(schema: &Value) -> String {
    let columns = DUCKDB.row(schema).into_iter();
    let columns: Vec<_> = columns.map(|(name, of)| format!("        '{name}': '{of}'")).collect();
    format!(
        "-- The rows of `hookprint ... --format ndjson`, without end marks: FROM report('out/*.ndjson')\n\
         CREATE OR REPLACE MACRO report(files) AS TABLE\n    \
         SELECT * EXCLUDE (\"end\") FROM read_json(files, format = 'newline_delimited', columns = {{\n\
         {}\n    }}, maximum_object_size = 268435456) WHERE \"end\" IS NULL;\n",
        columns.join(",\n")
    )
}
