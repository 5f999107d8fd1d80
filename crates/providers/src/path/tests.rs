//! Rows were answered by GJSON 1.18.0 itself.

use super::*;

const PEOPLE: &str = r#"{"name":{"first":"Tom","last":"Anderson"},"age":37,"children":["Sara","Alex","Jack"],"fav.movie":"Deer Hunter","friends":[{"first":"Dale","last":"Murphy","age":44,"nets":["ig","fb","tw"]},{"first":"Roger","last":"Craig","age":68,"nets":["fb","tw"]},{"first":"Jane","last":"Murphy","age":47,"nets":["ig","tw"]}]}"#;

const ODD: &str = r#"{"a":{"b":null,"c":true,"d":false},"n":[1,-2.50,1e3,12345678901234567890,0.1e-9],"s":"<a & \u00e9\ud83d\ude00\n>","e":{},"l":[],"@keys":"k","x*y":"star","dup":1,"dup":2,"":"empty","json":"{\"k\":[1,2]}"}"#;

#[test]
fn what_paths_lead_to() {
    let rows: &[(&str, &str, Option<&str>)] = &[
        (PEOPLE, "name.last", Some("Anderson")),
        (PEOPLE, "name", Some(r#"{"first":"Tom","last":"Anderson"}"#)),
        (PEOPLE, "age", Some("37")),
        (PEOPLE, "children", Some(r#"["Sara","Alex","Jack"]"#)),
        (PEOPLE, "children.#", Some("3")),
        (PEOPLE, "children.1", Some("Alex")),
        (PEOPLE, "children.9", None),
        (PEOPLE, "children.-1", None),
        (PEOPLE, "children.01", Some("Alex")),
        (PEOPLE, "child*.2", Some("Jack")),
        (PEOPLE, "c?ildren.0", Some("Sara")),
        (PEOPLE, r"fav\.movie", Some("Deer Hunter")),
        (PEOPLE, "fav.movie", None),
        (
            PEOPLE,
            "friends.#.first",
            Some(r#"["Dale","Roger","Jane"]"#),
        ),
        (PEOPLE, "friends.#.nets.0", Some(r#"["ig","fb","ig"]"#)),
        (PEOPLE, "friends.1.last", Some("Craig")),
        (PEOPLE, "friends.#", Some("3")),
        (PEOPLE, r#"friends.#(last=="Murphy").first"#, Some("Dale")),
        (
            PEOPLE,
            r#"friends.#(last=="Murphy")#.first"#,
            Some(r#"["Dale","Jane"]"#),
        ),
        (PEOPLE, r#"friends.#(last=="Nobody")"#, None),
        (PEOPLE, r#"friends.#(last=="Nobody")#"#, Some("[]")),
        (
            PEOPLE,
            "friends.#(age>45)#.last",
            Some(r#"["Craig","Murphy"]"#),
        ),
        (PEOPLE, "friends.#(age>=47)#|#", Some("2")),
        (PEOPLE, r#"friends.#(first%"D*").last"#, Some("Murphy")),
        (
            PEOPLE,
            r#"friends.#(first!%"D*")#.first"#,
            Some(r#"["Roger","Jane"]"#),
        ),
        (
            PEOPLE,
            r#"friends.#(nets.#(=="fb"))#.first"#,
            Some(r#"["Dale","Roger"]"#),
        ),
        (PEOPLE, "friends.#(nets)#.first|0", Some("Dale")),
        (
            PEOPLE,
            "friends.#.first|@reverse",
            Some(r#"["Jane","Roger","Dale"]"#),
        ),
        (PEOPLE, "friends|@reverse|0.first", Some("Jane")),
        (
            PEOPLE,
            r#"friends.#.{first,"y":age}"#,
            Some(r#"[{"first":"Dale","y":44},{"first":"Roger","y":68},{"first":"Jane","y":47}]"#),
        ),
        (
            PEOPLE,
            "friends.#.[first,age]",
            Some(r#"[["Dale",44],["Roger",68],["Jane",47]]"#),
        ),
        (PEOPLE, "[name.first,age]", Some(r#"["Tom",37]"#)),
        (
            PEOPLE,
            r#"{name.first,"years":age,friends.#}"#,
            Some(r#"{"first":"Tom","years":37,"_":3}"#),
        ),
        (PEOPLE, r#"{"a.b":age}"#, Some(r#"{"a.b":37}"#)),
        (PEOPLE, "[missing,age]", Some("[37]")),
        (
            PEOPLE,
            "children.@reverse",
            Some(r#"["Jack","Alex","Sara"]"#),
        ),
        (PEOPLE, "children.@reverse.0", Some("Jack")),
        (PEOPLE, "children|@this|#", Some("3")),
        (PEOPLE, "name.@keys", Some(r#"["first","last"]"#)),
        (PEOPLE, "name.@values", Some(r#"["Tom","Anderson"]"#)),
        (PEOPLE, "name.@values.1", Some("Anderson")),
        (PEOPLE, "missing.@keys", Some("[]")),
        (PEOPLE, "missing|@keys", Some("[]")),
        (PEOPLE, "children.@join", Some("{}")),
        (
            PEOPLE,
            "friends.@join",
            Some(r#"{"first":"Jane","last":"Murphy","age":47,"nets":["ig","tw"]}"#),
        ),
        (PEOPLE, "friends.@group", None),
        (
            PEOPLE,
            "name.@pretty",
            Some("{\n  \"first\": \"Tom\",\n  \"last\": \"Anderson\"\n}\n"),
        ),
        (
            PEOPLE,
            r#"friends.0.@pretty:{"sortKeys":true}"#,
            Some(
                "{\n  \"age\": 44,\n  \"first\": \"Dale\",\n  \"last\": \"Murphy\",\n  \"nets\": [\"ig\", \"fb\", \"tw\"]\n}\n",
            ),
        ),
        (
            PEOPLE,
            "children.@pretty",
            Some("[\"Sara\", \"Alex\", \"Jack\"]\n"),
        ),
        (
            PEOPLE,
            "name.@ugly",
            Some(r#"{"first":"Tom","last":"Anderson"}"#),
        ),
        (
            PEOPLE,
            "name.@tostr",
            Some(r#"{"first":"Tom","last":"Anderson"}"#),
        ),
        (PEOPLE, "name.first.@tostr", Some(r#""Tom""#)),
        (PEOPLE, "name.@unknown", None),
        (PEOPLE, "@this.age", Some("37")),
        (
            PEOPLE,
            "@dig:last",
            Some(r#"["Anderson","Murphy","Craig","Murphy"]"#),
        ),
        (PEOPLE, "friends.@dig:nets.0", Some(r#"["ig","fb","ig"]"#)),
        (
            PEOPLE,
            "children.@flatten",
            Some(r#"["Sara","Alex","Jack"]"#),
        ),
        (
            PEOPLE,
            "friends.#.nets.@flatten",
            Some(r#"[["ig","fb","tw"],["fb","tw"],["ig","tw"]]"#),
        ),
        (
            PEOPLE,
            "friends.#.nets|@flatten",
            Some(r#"["ig","fb","tw","fb","tw","ig","tw"]"#),
        ),
        (PEOPLE, r#"!"literal""#, Some("literal")),
        (PEOPLE, r#"[!"x",!1,age]"#, Some(r#"["x",1,37]"#)),
        (PEOPLE, "age|!true", Some("true")),
        (PEOPLE, r#"friends.#(age=="44").first"#, Some("Dale")),
        (
            PEOPLE,
            r#"friends.#(first>"E")#.first"#,
            Some(r#"["Roger","Jane"]"#),
        ),
        (PEOPLE, "friends[0]", None),
        (PEOPLE, r#"friends.#(last="Murphy"#, None),
        (ODD, "a.b", Some("")),
        (ODD, "a.c", Some("true")),
        (ODD, "a.d", Some("false")),
        (ODD, "a", Some(r#"{"b":null,"c":true,"d":false}"#)),
        (ODD, "n.0", Some("1")),
        (ODD, "n.1", Some("-2.5")),
        (ODD, "n.2", Some("1000")),
        (ODD, "n.3", Some("12345678901234567890")),
        (ODD, "n.4", Some("0.0000000001")),
        (ODD, "n", Some("[1,-2.50,1e3,12345678901234567890,0.1e-9]")),
        (ODD, "s", Some("<a & é😀\n>")),
        (ODD, "s.@tostr", Some(r#""<a & \u00e9\ud83d\ude00\n>""#)),
        (ODD, "e", Some("{}")),
        (ODD, "l", Some("[]")),
        (ODD, "l.#", Some("0")),
        (ODD, "l.0", None),
        (ODD, "l.#.x", Some("[]")),
        (
            ODD,
            "@keys",
            Some(r#"["a","n","s","e","l","@keys","x*y","dup","dup","","json"]"#),
        ),
        (ODD, r"\@keys", Some("k")),
        (ODD, r"x\*y", Some("star")),
        (ODD, "x*y", Some("star")),
        (ODD, "dup", Some("1")),
        (ODD, "json", Some(r#"{"k":[1,2]}"#)),
        (ODD, "json.k", None),
        (ODD, "json.@fromstr.k.1", Some("2")),
        (ODD, "json.@fromstr.@keys", Some(r#"["k"]"#)),
        (ODD, "a.b.c", None),
        (ODD, "a.@keys", Some(r#"["b","c","d"]"#)),
        (ODD, "n.#(>1)#", Some("[1e3,12345678901234567890]")),
        (ODD, "n.#(=-2.5)", Some("-2.5")),
        (ODD, "a.@valid", Some(r#"{"b":null,"c":true,"d":false}"#)),
        (
            ODD,
            "n|@reverse",
            Some("[0.1e-9,12345678901234567890,1e3,-2.50,1]"),
        ),
        (ODD, "nothing", None),
        (ODD, ".", None),
        (ODD, "a.", None),
        (ODD, "a.@values", Some("[null,true,false]")),
        ("[1,[2,[3,[4]]]]", "@flatten", Some("[1,2,[3,[4]]]")),
        (
            "[1,[2,[3,[4]]]]",
            r#"@flatten:{"deep":true}"#,
            Some("[1,2,3,4]"),
        ),
        (
            r#"[{"a":1},{"b":2},{"a":3}]"#,
            "@join",
            Some(r#"{"a":3,"b":2}"#),
        ),
        (
            r#"[{"a":1},{"b":2},{"a":3}]"#,
            r#"@join:{"preserve":true}"#,
            Some(r#"{"a":1,"b":2,"a":3}"#),
        ),
        ("{\"a\":1}\n{\"a\":2}\n{\"a\":3}", "..#.a", Some("[1,2,3]")),
        ("{\"a\":1}\n{\"a\":2}\n{\"a\":3}", "..1.a", Some("2")),
        ("{\"a\":1}\n{\"a\":2}", "..#", Some("2")),
        ("{\"a\":1}\n{\"a\":2}", "a", Some("1")),
        (r#"{"a":1,}"#, "a", Some("1")),
        (r#"{"a":1"#, "a", Some("1")),
        ("no json", "a", None),
        (r#""text""#, "a", None),
        (r#""text""#, "@this", Some("text")),
        ("17", "@this", Some("17")),
        ("", "a", None),
        (r#"{"a":"x"#, "a", None),
        (
            r#"[true,false,"on","true",0,1,null]"#,
            "#(=~true)#",
            Some(r#"[true,"true",1]"#),
        ),
        (
            r#"[true,false,"on","true",0,1,null]"#,
            "#(=~false)#",
            Some("[false,0,null]"),
        ),
        (
            r#"[true,false,"on","true",0,1,null]"#,
            "#(=~null)#",
            Some("[null]"),
        ),
        (
            r#"[{"b":true},{"b":1},{}]"#,
            "#(b=~*)#",
            Some(r#"[{"b":true},{"b":1}]"#),
        ),
        (r#"[{"b":true},{"b":1},{}]"#, "#(b!=~*)#", Some("[{}]")),
        (r#"{"a":{"a.b":1,"a":{"b":2}}}"#, r"a.a\.b", Some("1")),
        (r#"{"a":{"a.b":1,"a":{"b":2}}}"#, "a.a.b", Some("2")),
        (r#"{"tls.crt":"x"}"#, "tls.crt", None),
        (r#"{"tls.crt":"x"}"#, r"tls\.crt", Some("x")),
        (r#"{"é":{"ü":1}}"#, "é.ü", Some("1")),
        (r#"{"é":1}"#, "?", Some("1")),
        (r#"[["a"],["b"]]"#, "#.0", Some(r#"["a","b"]"#)),
        (
            r#"{"a":[{"b":[{"c":1},{"c":2}]},{"b":[{"c":3}]}]}"#,
            "a.#.b.#.c",
            Some("[[1,2],[3]]"),
        ),
        (
            r#"{"a":[{"b":[{"c":1},{"c":2}]},{"b":[{"c":3}]}]}"#,
            "a.#.b.#.c|@flatten",
            Some("[1,2,3]"),
        ),
    ];
    for &(json, path, expected) in rows {
        let found = get(json.as_bytes(), path).unwrap();
        let found = found.map(|item| String::from_utf8(item.text().expose().to_vec()).unwrap());
        assert_eq!(found.as_deref(), expected, "{path} in {json}");
    }
}

#[test]
fn bytes_need_be_no_text() {
    let found = get(b"{\"a\":\"x\xffy\"}", "a").unwrap().unwrap();
    assert_eq!(found.text().expose(), b"x\xffy");
}

#[test]
fn hostile_paths_and_documents_end() {
    let deep = "[".repeat(1 << 20);
    let doubling = "[@this,@this]|".repeat(60) + "#";
    let rows = [
        ("{\"a\":1}", "a.".repeat(5000), Err(Stop)),
        ("{\"a\":1}", doubling, Err(Stop)),
        (&*deep, "#.#.#.#".to_owned(), Ok(())),
        (&*deep, "@flatten:{\"deep\":true}".to_owned(), Err(Stop)),
        (&*deep, "@pretty".to_owned(), Err(Stop)),
        (&*deep, "@dig:a".to_owned(), Err(Stop)),
        (&*deep, "0.".repeat(200), Err(Stop)),
        ("[1]", "@this|".repeat(200) + "0", Err(Stop)),
        ("{}", "#(".repeat(4000), Ok(())),
        ("{}", "{".repeat(8000), Ok(())),
        ("{}", "[".repeat(8000), Ok(())),
        ("[{}]", format!("#({}", "#(".repeat(3000)), Ok(())),
    ];
    for (json, path, expected) in rows {
        let done = get(json.as_bytes(), &path).map(drop);
        assert_eq!(done, expected, "{}", &path[..20.min(path.len())]);
    }
}
