import type { Config } from "../../config/index.ts";

type Settings = Pick<Config, "apps">;

/** The links in QR codes. */
const SCANNED_LINKS = "/q/*";

/** The iOS apps that open scanned links. Undefined if none is configured. They are not given this site's passkeys: passkeys
 * are used on our own pages only. */
export function appleAppSiteAssociation({ apps }: Settings) {
  if (apps.ios.length === 0) return undefined;
  return {
    applinks: { details: [{ appIDs: apps.ios, components: [{ "/": SCANNED_LINKS }] }] },
  };
}

/** The same for Android, whose apps list their links in the manifest. */
export function assetLinks({ apps }: Settings) {
  if (apps.android.length === 0) return undefined;
  const relation = ["delegate_permission/common.handle_all_urls"];
  return apps.android.map((app) => ({
    relation,
    target: { namespace: "android_app", ...app },
  }));
}
