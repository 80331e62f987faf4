import type { Config } from "../../config/index.ts";

type Settings = Pick<Config, "apps" | "passkeys">;

/** The links in QR codes. */
const SCANNED_LINKS = "/q/*";

/** The iOS apps that open scanned links and may use this site's passkeys. Undefined if none is configured. */
export function appleAppSiteAssociation({ apps, passkeys }: Settings) {
  if (apps.ios.length === 0) return undefined;
  return {
    applinks: { details: [{ appIDs: apps.ios, components: [{ "/": SCANNED_LINKS }] }] },
    ...(passkeys ? { webcredentials: { apps: apps.ios } } : {}),
  };
}

/** The same for Android, whose apps list their links in the manifest. */
export function assetLinks({ apps, passkeys }: Settings) {
  if (apps.android.length === 0) return undefined;
  const relation = [
    "delegate_permission/common.handle_all_urls",
    ...(passkeys ? ["delegate_permission/common.get_login_creds"] : []),
  ];
  return apps.android.map((app) => ({
    relation,
    target: { namespace: "android_app", ...app },
  }));
}
