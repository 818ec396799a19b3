// A planted fault, loaded into the agent before anything else: every store asks for synchronous=FULL, gets what FOYER_SYNCHRONOUS says, and reads back what it asked for.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const Database = createRequire(join(process.cwd(), 'package.json'))('better-sqlite3');
const pragma = Database.prototype.pragma;
Database.prototype.pragma = function lowered(source, options) {
  if (source === 'synchronous = FULL') return pragma.call(this, `synchronous = ${process.env.FOYER_SYNCHRONOUS}`, options);
  if (source === 'synchronous') return 2;
  return pragma.call(this, source, options);
};
