/** Installs the client libraries that the tests in test/clients log in with. */
import { join } from "node:path";
import { installPackage } from "./install-package.ts";

installPackage(join(import.meta.dirname, "../test/clients"), console.log);
