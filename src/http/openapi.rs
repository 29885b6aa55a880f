//! `/openapi.json`: what the routes are, for programs (OpenAPI 3.1). Made from the table that the router is made
//! of ([`super::routes`]), so that nothing is answered that is not said, nor said that is not answered.

use axum::body::Body;
use axum::http::{HeaderMap, Response};
use axum::routing::MethodRouter;
use serde_json::{Map, Value, json};

use super::App;
use super::respond::Content;

const DOCUMENT: Content =
    Content { media_type: "application/json", cache_control: "no-cache", packed: false };

/// An address, what answers there, and what is said of both.
pub struct Resource {
    /// The address, as the router has it.
    pub path: &'static str,
    /// What answers.
    pub handler: MethodRouter<App>,
    summary: &'static str,
    parameters: Vec<Value>,
    /// What `POST` takes there, if it is answered.
    takes: Option<Value>,
    answers: Vec<Answer>,
}

/// An answer that a resource may give.
struct Answer {
    status: u16,
    about: &'static str,
    /// What it holds, by media type and schema; nothing where it is empty.
    content: Option<(&'static str, Value)>,
}

impl Resource {
    /// What answers at an address, in a line. All may say that an address is too long.
    pub fn at(path: &'static str, handler: MethodRouter<App>, summary: &'static str) -> Resource {
        let resource =
            Resource { path, handler, summary, parameters: vec![], takes: None, answers: vec![] };
        resource.fails(&[414])
    }

    /// A part of the path.
    #[must_use]
    pub fn part(mut self, name: &str, about: &str, schema: Value) -> Resource {
        self.parameters.push(json!({
            "name": name, "in": "path", "required": true, "description": about, "schema": schema,
        }));
        self
    }

    /// A parameter of the query; none is needed.
    #[must_use]
    pub fn query(mut self, name: &str, about: &str, schema: Value) -> Resource {
        self.parameters.push(json!({
            "name": name, "in": "query", "required": false, "description": about, "schema": schema,
        }));
        self
    }

    /// What `POST` takes at the same address; what it answers is said of both.
    #[must_use]
    pub fn takes(mut self, media_type: &str, about: &str, schema: Value) -> Resource {
        self.takes = Some(json!({
            "required": true, "description": about, "content": { media_type: { "schema": schema } },
        }));
        self
    }

    /// What it answers where all is well.
    #[must_use]
    pub fn gives(self, media_type: &'static str, about: &'static str, schema: Value) -> Resource {
        self.gives_instead(200, media_type, about, schema)
    }

    /// What it answers with another status where all is not well yet.
    #[must_use]
    pub fn gives_instead(
        mut self,
        status: u16,
        media_type: &'static str,
        about: &'static str,
        schema: Value,
    ) -> Resource {
        self.answers.push(Answer { status, about, content: Some((media_type, schema)) });
        self
    }

    /// Bytes that no schema describes.
    #[must_use]
    pub fn gives_bytes(self, media_type: &'static str, about: &'static str) -> Resource {
        self.gives(media_type, about, json!({}))
    }

    /// An answer without content.
    #[must_use]
    pub fn says(mut self, status: u16, about: &'static str) -> Resource {
        self.answers.push(Answer { status, about, content: None });
        self
    }

    /// It has an ETag: who has the answer already is told so.
    #[must_use]
    pub fn kept(self) -> Resource {
        self.says(304, "The client has it, by If-None-Match")
    }

    /// The errors that it may answer, as JSON.
    #[must_use]
    pub fn fails(mut self, statuses: &[u16]) -> Resource {
        let error = || json!({ "$ref": "#/components/schemas/Error" });
        for &status in statuses {
            let content = Some(("application/json", error()));
            self.answers.push(Answer { status, about: meaning(status), content });
        }
        self
    }

    /// What is said of its methods.
    fn operations(&self) -> Value {
        let get = self.operation();
        let Some(body) = &self.takes else { return json!({ "get": get }) };
        let mut post = get.clone();
        post["requestBody"] = body.clone();
        json!({ "get": get, "post": post })
    }

    fn operation(&self) -> Value {
        let mut responses: Map<String, Value> = Map::new();
        for Answer { status, about, content } in &self.answers {
            let response = responses.entry(status.to_string());
            let response = response.or_insert_with(|| json!({ "description": about }));
            if let Some((media_type, schema)) = content {
                response["content"][*media_type] = json!({ "schema": schema });
            }
        }
        json!({ "summary": self.summary, "parameters": self.parameters, "responses": responses })
    }
}

/// What an error's status says, whatever the resource.
fn meaning(status: u16) -> &'static str {
    match status {
        400 => "The address holds what is not one",
        404 => "Nothing is served there",
        413 => "The body is larger than is taken",
        414 => "The address is too long",
        503 => "It is still being read, or could not be made in time: try again",
        _ => "An error",
    }
}

/// The document, for clients that reach the server at an address.
pub fn document(resources: &[Resource], server: &str) -> Value {
    let path = |resource: &Resource| (resource.path.replace("{*", "{"), resource.operations());
    let paths: Map<String, Value> = resources.iter().map(path).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tuilerie",
            "summary": "Vector tiles, styles and drawn maps",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": server }],
        "paths": paths,
        "components": { "schemas": { "Error": {
            "type": "object",
            "properties": {
                "code": { "type": "string", "description": "For programs; it stays" },
                "message": { "type": "string", "description": "For people" },
            },
            "required": ["code", "message"],
        } } },
    })
}

/// Answers with the document of these resources.
pub fn answer(app: &App, headers: &HeaderMap, resources: &[Resource]) -> Response<Body> {
    let document = document(resources, app.public_url(headers).as_str());
    DOCUMENT.respond(app.answers(), headers, document.to_string().into_bytes())
}
