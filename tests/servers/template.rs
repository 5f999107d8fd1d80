//! What Go makes of templates: the program beside this file, fed with lines of JSON. Nothing here may know what a template is for.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use selkie_xtask::peers;
use serde_json::{Map, Value, json};

/// The running program, ended with the value.
#[derive(Debug)]
pub struct TemplateOracle {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// A template and what it is rendered over.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Text of the template.
    pub template: String,
    /// The root.
    pub root: Root,
    /// Delimiters, where they are not Go's own.
    pub delimiters: Option<[String; 2]>,
}

/// What `.` is at the start, and by that the mode of a render.
#[derive(Debug, Clone, PartialEq)]
pub enum Root {
    /// As External Secrets renders: texts of any bytes by name, all functions, and a missing name is an error.
    Texts(Vec<(String, Vec<u8>)>),
    /// Any JSON, with Go's own functions, or with Sprig's as well; what is missing prints `<no value>`.
    Json {
        /// The root itself.
        value: Value,
        /// Whether there are other functions than Go's own.
        sprig: bool,
    },
}

/// The bytes that were rendered, or what Go said instead.
pub type Answer = Result<Vec<u8>, String>;

#[expect(
    clippy::expect_used,
    reason = "a suite that cannot have its peer fails and says why"
)]
impl TemplateOracle {
    /// Starts one that waits for the slowest function on a busy machine, which is a DSA key.
    ///
    /// # Panics
    /// If it cannot be built or does not start.
    pub fn start() -> Self {
        Self::start_within(Duration::from_mins(2))
    }

    /// Starts one that gives up a render after `limit`, with an error.
    ///
    /// # Panics
    /// If it cannot be built or does not start.
    pub fn start_within(limit: Duration) -> Self {
        let program = peers::template_oracle().expect("the oracle of templates can be built");
        let mut child = Command::new(program)
            .arg(format!("{}ms", limit.as_millis()))
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the oracle of templates starts");
        let input = child.stdin.take().expect("the input is piped");
        let output = BufReader::new(child.stdout.take().expect("the output is piped"));
        Self {
            child,
            input,
            output,
        }
    }

    /// An answer to each request, in their order.
    ///
    /// # Panics
    /// If the program ends, or answers with something else.
    pub fn render(&mut self, requests: &[Request]) -> Vec<Answer> {
        let Self { input, output, .. } = self;
        thread::scope(|scope| {
            // Written beside the reading: both pipes may be full of the other's lines.
            scope.spawn(move || {
                for request in requests {
                    let line = format!("{}\n", request.to_json());
                    if input.write_all(line.as_bytes()).is_err() {
                        // The reader sees the end.
                        return;
                    }
                }
            });
            let answer = |_| {
                let mut line = String::new();
                output.read_line(&mut line).expect("the oracle answers");
                read_answer(&line)
            };
            requests.iter().map(answer).collect()
        })
    }

    /// The answer to a request where `fromYaml` says what `words` holds for a text that is no YAML; and those of these texts that `words` does not
    /// hold.
    ///
    /// # Panics
    /// If the program ends, or answers with something else.
    pub fn render_in_words(
        &mut self,
        request: &Request,
        words: &[(Vec<u8>, Vec<u8>)],
    ) -> (Answer, Vec<Vec<u8>>) {
        let mut request = request.to_json();
        let words = words.iter().map(|(yaml, says)| [text(yaml), text(says)]);
        request["words"] = words.collect();
        writeln!(self.input, "{request}").expect("the oracle listens");
        let mut line = String::new();
        self.output
            .read_line(&mut line)
            .expect("the oracle answers");
        let answer: Value = serde_json::from_str(&line).expect("the oracle answers in JSON");
        let broken = answer["broken"].as_array().into_iter().flatten();
        let broken = broken.map(|it| bytes(it).expect("an answer holds bytes"));
        (read_answer(&line), broken.collect())
    }
}

impl Drop for TemplateOracle {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Request {
    /// The line that the program takes, which is also the form of rows: `template`, `values`, and `mode`, `left` and `right` where they are
    /// not the usual.
    pub fn to_json(&self) -> Value {
        let (mode, values) = match &self.root {
            Root::Texts(texts) => {
                let texts = texts.iter().map(|(name, it)| (name.clone(), text(it)));
                ("eso", Value::Object(texts.collect::<Map<_, _>>()))
            }
            Root::Json { value, sprig } => {
                let mode = if *sprig { "default+sprig" } else { "default" };
                (mode, value.clone())
            }
        };
        let mut request = json!({ "template": self.template, "values": values });
        if mode != "eso" {
            request["mode"] = json!(mode);
        }
        if let Some([left, right]) = &self.delimiters {
            request["left"] = json!(left);
            request["right"] = json!(right);
        }
        request
    }

    /// The request that a row holds, beside whatever else it says.
    ///
    /// # Errors
    /// What is missing or no part of a row.
    pub fn from_json(row: &Value) -> Result<Self, String> {
        let values = row.get("values").ok_or("there are no values")?;
        let root = match row["mode"].as_str().unwrap_or("eso") {
            "eso" => {
                let values = values.as_object().ok_or("the values are no object")?;
                let texts = values
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), bytes(value)?)));
                Root::Texts(texts.collect::<Result<_, String>>()?)
            }
            mode @ ("default" | "default+sprig") => Root::Json {
                value: values.clone(),
                sprig: mode != "default",
            },
            mode => return Err(format!("there is no mode {mode}")),
        };
        let delimiters = match (row["left"].as_str(), row["right"].as_str()) {
            (Some(left), Some(right)) => Some([left.to_owned(), right.to_owned()]),
            (None, None) => None,
            _ => return Err("one delimiter alone".to_owned()),
        };
        let template = row["template"].as_str().ok_or("there is no template")?;
        Ok(Self {
            template: template.to_owned(),
            root,
            delimiters,
        })
    }
}

/// Bytes as rows hold them: a string, or `{"base64": …}` for what is no UTF-8.
pub fn text(bytes: &[u8]) -> Value {
    match str::from_utf8(bytes) {
        Ok(text) => json!(text),
        Err(_) => json!({ "base64": STANDARD.encode(bytes) }),
    }
}

/// The bytes that [`text`] wrote.
///
/// # Errors
/// If it is neither form.
pub fn bytes(value: &Value) -> Result<Vec<u8>, String> {
    match (value.as_str(), value["base64"].as_str()) {
        (Some(text), _) => Ok(text.as_bytes().to_vec()),
        (None, Some(encoded)) => STANDARD.decode(encoded).map_err(|_| "no base64".to_owned()),
        (None, None) => Err(format!("no text: {value}")),
    }
}

#[expect(
    clippy::expect_used,
    reason = "a suite that cannot have its peer fails and says why"
)]
fn read_answer(line: &str) -> Answer {
    let answer: Value = serde_json::from_str(line).expect("the oracle answers in JSON");
    if let Some(error) = answer["error"].as_str() {
        return Err(error.to_owned());
    }
    let output = answer.get("output").unwrap_or(&answer);
    Ok(bytes(output).expect("an answer holds bytes"))
}
