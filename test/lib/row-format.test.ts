import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as v from "valibot";
import { afterEach, describe, expect, it, vi } from "vitest";
import { RowFormat, schemaOf, UnreadableRow } from "../../src/lib/row-format.ts";

interface Pet {
  name: string;
  legs: number;
  owner?: string;
}

const schema = schemaOf<Pet>()(
  v.object({ name: v.string(), legs: v.number(), owner: v.exactOptional(v.string()) }),
);

/** Version 0 had a `title`, and version 1 no `legs`. */
const PET = new RowFormat("pet", schema, [
  ({ title, ...pet }) => ({ ...pet, name: title }),
  (pet) => ({ ...pet, legs: 4 }),
]);

const reported = vi.spyOn(console, "error").mockImplementation(() => undefined);
afterEach(() => void reported.mockClear());

describe("a stored row", () => {
  it("migrates a stored row from any earlier version to the current one", () => {
    const pet = { name: "Rex", legs: 4 };
    expect(PET.parse({ title: "Rex" })).toEqual(pet);
    expect(PET.parse({ rowVersion: 1, name: "Rex" })).toEqual(pet);
    expect(PET.parse({ rowVersion: 2, name: "Rex", legs: 3 })).toEqual({ name: "Rex", legs: 3 });
  });

  it("stores a row with its version, except version 0", () => {
    const pet = { name: "Rex", legs: 4, owner: "Ada" };
    expect(PET.format(pet)).toEqual({ ...pet, rowVersion: 2 });
    expect(PET.parse(PET.format(pet))).toEqual(pet);
    expect(new RowFormat("pet", schema).format(pet)).toBe(pet);
    expect(new RowFormat("number", schemaOf<number>()(v.number())).format(7)).toBe(7);
  });

  it.each([
    ["of a later version", { rowVersion: 3, name: "Rex", legs: 4 }],
    ["whose version is no number", { rowVersion: "1", name: "Rex" }],
    ["whose version is no whole number", { rowVersion: 0.5, title: "Rex" }],
    ["whose version is negative", { rowVersion: -1, title: "Rex" }],
    ["without a member", { rowVersion: 2, name: "Rex" }],
    ["with a member of another type", { rowVersion: 2, name: "Rex", legs: "4" }],
    ["with an optional member of another type", { rowVersion: 2, name: "Rex", legs: 4, owner: 1 }],
    ["that is no object", "Rex"],
    ["that is a list", [{ rowVersion: 2, name: "Rex", legs: 4 }]],
    ["that is null", null],
  ])("rejects a stored row %s", (_, stored) => {
    expect(() => PET.parse(stored)).toThrow(UnreadableRow);
    expect(PET.parseOrReport(stored)).toBeUndefined();
  });

  it("rejects a row of an unknown version", () => {
    expect(() => new RowFormat("pet", schema).parse(PET.format({ name: "Rex", legs: 4 }))).toThrow(
      "A stored row can't be read (pet): its version is not one of 0 to 0.",
    );
  });

  it("names the wrong member of an unreadable row without its value", () => {
    const secret = { rowVersion: 2, name: ["a secret"], legs: 4 };
    expect(() => PET.parse(secret)).toThrow(
      new UnreadableRow("A stored row can't be read (pet): name is not string."),
    );
  });

  it("logs an unreadable row and leaves it out of a list", async () => {
    const object = env.REPLAYS.get(env.REPLAYS.newUniqueId());
    await runInDurableObject(object, (_, { storage: { kv } }) => {
      PET.put(kv, "pet:a", { name: "Rex", legs: 4 });
      kv.put("pet:b", { rowVersion: 2, name: "Tom" });
      kv.put("pet:c", { title: "Kim" });
      kv.put("other", 1);
      expect(PET.list(kv, "pet:")).toEqual([
        ["a", { name: "Rex", legs: 4 }],
        ["c", { name: "Kim", legs: 4 }],
      ]);
      expect(PET.get(kv, "pet:a")).toEqual({ name: "Rex", legs: 4 });
      expect(PET.get(kv, "pet:x")).toBeUndefined();
      expect(() => PET.get(kv, "pet:b")).toThrow(UnreadableRow);
    });
    expect(reported.mock.calls).toEqual([["A stored row can't be read (pet): legs is missing."]]);
  });
});
