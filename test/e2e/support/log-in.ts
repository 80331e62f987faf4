import type { Browser } from "playwright-core";
import { PHONE } from "../../../src/web/ui/texts.ts";
import { openScreen, type PhoneInHand, type Seen } from "./people.ts";

/** Logs a screen in by a phone that opens the link of its code, like a camera app. */
export async function logIn(desk: Browser, origin: string, phone: PhoneInHand): Promise<Seen> {
  const screen = await openScreen(desk, `${origin}/`);
  await screen.sees("pending");
  await phone.follow(screen);
  await phone.sees("request");
  await phone.press(PHONE.request.approve);
  await screen.sees("logged-in");
  return screen;
}
