import { describe, expect, it } from "vitest";
import { readForm } from "../../src/oidc/form.ts";

const FORM = "application/x-www-form-urlencoded";

/** The parsed form, or the error code. */
function read(body: string, contentType: string | undefined = FORM): unknown {
  const form = readForm(contentType, Uint8Array.from(new TextEncoder().encode(body)).buffer);
  return form.ok ? Object.fromEntries(form.value.form) : form.error.code;
}

describe("readForm", () => {
  it("returns every resource that is named, and only resource may be repeated (RFC 8707 §2)", () => {
    const body = "resource=https://a.example&x=1&resource=https://b.example&resource=";
    const read = readForm(FORM, Uint8Array.from(new TextEncoder().encode(body)).buffer);
    expect(read).toEqual({
      ok: true,
      value: {
        form: new Map([["x", "1"]]),
        resources: ["https://a.example", "https://b.example"],
      },
    });
  });

  it("decodes the names and values of a form", () => {
    expect(read("code=a%2Bb&scope=one+two")).toEqual({ code: "a+b", scope: "one two" });
  });

  it.each([
    FORM,
    `${FORM};charset=utf-8`,
    `${FORM} ; charset=UTF-8`,
    `${FORM};charset="utf-8"`,
    `${FORM};charset=ISO-8859-1`,
    FORM.toUpperCase(),
  ])("accepts the content type %s", (contentType) => {
    expect(read("a=1", contentType)).toEqual({ a: "1" });
  });

  it.each(["", "application/json", "multipart/form-data", "text/plain", `${FORM}2`, `x${FORM}`])(
    "rejects the content type %j",
    (contentType) => {
      expect(read("a=1", contentType)).toBe("invalid_request");
    },
  );

  it("rejects a form without a content type", () => {
    expect(readForm(undefined, new ArrayBuffer(0)).ok).toBe(false);
  });

  it.each(["a=1&a=1", "a=1&b=2&a=3", "a=&a=1", "unknown=1&unknown=2", "%61=1&a=2"])(
    "rejects a repeated parameter: %s",
    (body) => {
      expect(read(body)).toBe("invalid_request");
    },
  );

  it("ignores a byte order mark before a form", () => {
    expect(read("\ufeffscope=openid")).toEqual({ scope: "openid" });
    expect(read("a=%EF%BB%BFb")).toEqual({ a: "\ufeffb" });
  });

  it.each([
    ["a=%00", "\0"],
    ["a=%0d%0a", "\r\n"],
    ["a=%F0%9F%98%80", "😀"],
    ["a=ü%C3%BC", "üü"],
    ["a=100%", "100%"],
  ])("keeps a form value unchanged: %s", (body, a) => {
    expect(read(body)).toEqual({ a });
  });

  it.each(["a=%ff", "a=%C3", "a=%C3ü%B6", "a=%ED%A0%80", "a=%C3b%A4", "%ff=a"])(
    "rejects a percent-encoded form that is not UTF-8: %s",
    (body) => {
      expect(read(body)).toBe("invalid_request");
    },
  );

  it("rejects a form with bytes that are not UTF-8", () => {
    expect(readForm(FORM, Uint8Array.of(0x61, 0x3d, 0xff).buffer).ok).toBe(false);
  });

  it("treats a parameter without a value as missing", () => {
    expect(read("a=&b&c=1")).toEqual({ c: "1" });
  });
});
