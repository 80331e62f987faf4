import { expect, it } from "vitest";
import { parseEvents } from "../../bench/harness/event-stream.ts";
import { cpuSecondsOf, residentBytesOf } from "../../bench/harness/process-stats.ts";
import { workerdConfig } from "../../bench/harness/workerd.ts";
import { formOf } from "../../bench/targets/visitor.ts";

it("reads the CPU of a process whose name has spaces and brackets in it", () => {
  const stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 500 0 0 0 150 50 0 0 20 0 8 0 1000 5000 300";
  expect(cpuSecondsOf(stat)).toBe(2);
  expect(() => cpuSecondsOf("")).toThrow("not as expected");
});

it("reads the private memory of a process", () => {
  const status =
    "Name:\tworkerd\nVmRSS:\t  9000 kB\nRssAnon:\t    1500 kB\nRssFile:\t    7500 kB\n";
  expect(residentBytesOf(status)).toBe(1500 * 1024);
});

it("reads the events of a stream and keeps an incomplete one", () => {
  const { events, rest } = parseEvents(
    'retry: 1000\n\nevent: status\nid: 1\ndata: {"a":1}\n\ndata: one\ndata: two\n\nevent: sta',
  );
  expect(events).toEqual([
    { event: "status", data: '{"a":1}' },
    { event: "message", data: "one\ntwo" },
  ]);
  expect(rest).toBe("event: sta");
});

it("reads a form as a browser would submit it", () => {
  const page = `<form method="post" action="/device"><input type="hidden" name="xsrf" value="x1"/>
    <input name="login" type="text"><input type="submit" value="OK"></form>`;
  expect(formOf(page)).toEqual({ action: "/device", fields: { xsrf: "x1", login: "" } });
  expect(() => formOf("<p>Sorry</p>")).toThrow("no form");
});

it("passes the variables of wrangler.toml to workerd as text or JSON", () => {
  const config = workerdConfig({
    name: "test",
    script: "",
    compatibilityDate: "2026-11-02",
    compatibilityFlags: ["enable_request_signal"],
    vars: { ISSUER: "http://localhost", TTL: 60, CLIENTS: [{ name: 'a "b"' }] },
    objects: { LOGINS: "Login", OTHER_LOGINS: "Login" },
    rateLimits: ["LIMIT"],
    folder: "/tmp",
  });
  expect(config).toContain('(name = "ISSUER", text = "http://localhost")');
  expect(config).toContain('(name = "TTL", json = "60")');
  expect(config).toContain(String.raw`json = "[{\"name\":\"a \\\"b\\\"\"}]"`);
  expect(config).toContain('(name = "OTHER_LOGINS", durableObjectNamespace = "Login")');
  expect(config.split('className = "Login"')).toHaveLength(2);
  expect(config).toContain('(name = "LIMIT", wrapped = (moduleName = "bench:limit"');
});
