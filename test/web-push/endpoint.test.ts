import { describe, expect, it } from "vitest";
import { isKnownEndpoint } from "../../src/web-push/endpoint.ts";

const SERVICES = ["push.example.com", "*.push.example.net", "http://localhost:9999"];

describe("an endpoint", () => {
  it.each([
    "https://push.example.com/send/abc:APA91_x-y",
    "https://updates.push.example.net/wpush/v2/abc",
    "https://a.b.push.example.net/w/?token=BQYAAA%3d%3d",
    "http://localhost:9999/receiver",
  ])("accepts the endpoint %s", (endpoint) => {
    expect(isKnownEndpoint(endpoint, SERVICES)).toBe(true);
  });

  it.each([
    ["another host", "https://evil.example/send"],
    ["a host that only ends like one", "https://evilpush.example.com/send"],
    ["a host below one that stands alone", "https://a.push.example.com/send"],
    ["the host above a wildcard", "https://push.example.net/send"],
    ["a host that only ends like a wildcard", "https://evilpush.example.net/send"],
    ["a known host as another's beginning", "https://push.example.com.evil.example/send"],
    ["a known host as a name", "https://push.example.com@evil.example/send"],
    ["credentials", "https://me:secret@push.example.com/send"],
    ["a port", "https://push.example.com:8443/send"],
    ["the port that goes without saying", "https://push.example.com:443/send"],
    ["http", "http://push.example.com/send"],
    ["another port of this machine", "http://localhost:9998/receiver"],
    ["this machine, where only a host is meant", "https://localhost:9999/receiver"],
    ["an address of a network of our own", "http://169.254.169.254/latest/meta-data"],
    ["a fragment", "https://push.example.com/send#x"],
    ["capitals", "https://PUSH.example.com/send"],
    ["a way round", "https://push.example.com/a/../send"],
    ["white space", " https://push.example.com/send"],
    ["a dot at the end", "https://push.example.com./send"],
    ["nothing below a wildcard", "https://.push.example.net/send"],
    ["an empty label", "https://a..push.example.net/send"],
    ["an empty label in front", "https://.a.push.example.net/send"],
    ["a label that begins with a hyphen", "https://-a.push.example.net/send"],
    ["a label that ends with one", "https://a-.push.example.net/send"],
    ["a label with an underscore", "https://a_b.push.example.net/send"],
    ["a label that is too long", `https://${"a".repeat(64)}.push.example.net/send`],
    ["a host that is too long", `https://${"abcdefg.".repeat(32)}push.example.net/send`],
    ["no address at all", "push.example.com/send"],
    ["another scheme", "wss://push.example.com/send"],
    ["one without end", `https://push.example.com/${"x".repeat(2000)}`],
  ])("rejects an endpoint with %s", (_, endpoint) => {
    expect(isKnownEndpoint(endpoint, SERVICES)).toBe(false);
  });
});
