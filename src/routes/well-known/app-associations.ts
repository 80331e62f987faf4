import type { Config } from "../../config/index.ts";

type Settings = Pick<Config, "apps" | "passkeys">;

/** Where the link in a QR code leads. */
const SCANNED_LINKS = "/q/*";

/**
 * Apple's statement of which apps belong to this site: they open scanned links, and, where there are
 * passkeys here, may use them. Nothing where no app is configured.
 */
export function appleAppSiteAssociation({ apps, passkeys }: Settings) {
  if (apps.ios.length === 0) return undefined;
  return {
    applinks: { details: [{ appIDs: apps.ios, components: [{ "/": SCANNED_LINKS }] }] },
    ...(passkeys ? { webcredentials: { apps: apps.ios } } : {}),
  };
}

/** Google's statement of the same. Which links an app opens, its own manifest says. */
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
