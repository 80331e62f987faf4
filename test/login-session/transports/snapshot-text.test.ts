import { expect, it } from "vitest";
import { readSnapshotText } from "../../../src/login-session/transports/snapshot-text.ts";
import { api } from "../../support/api.ts";
import { TestScreen } from "../../support/test-screen.ts";

it("reads the version and the status of a snapshot and keeps its text", () => {
  const text = '{"version": 2,  "status":"scanned", "added_later":true}';
  expect(readSnapshotText(text)).toEqual({ version: 2, status: "scanned", text });
});

it.each(['{"version":0,"status":"pending"}', '{"version":1,"status":"paused"}', "{}", "["])(
  "rejects a snapshot of the object that is malformed: %s",
  (text) => {
    expect(() => readSnapshotText(text)).toThrow();
  },
);

it("sends the object's text unchanged by long polling", async () => {
  const login = await TestScreen.begin();
  await login.approve(await login.scan());
  using snapshot = await login.stub.snapshot({ token: login.created.watch_token });
  if (!snapshot.ok) throw new Error(snapshot.error);
  expect(snapshot.value).toContain('"code":');
  const path = `/sessions/${login.created.session_id}`;
  expect(await (await api(path, { headers: login.bearer })).text()).toBe(snapshot.value);
});
