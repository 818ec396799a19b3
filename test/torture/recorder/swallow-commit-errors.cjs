// A planted fault, loaded into the agent before anything else: a commit that fails is taken for one that has succeeded.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const Database = createRequire(join(process.cwd(), 'package.json'))('better-sqlite3');
const prepare = Database.prototype.prepare;
Database.prototype.prepare = function hopeful(source) {
  const statement = prepare.call(this, source);
  if (source !== 'COMMIT') return statement;
  return {
    run: () => {
      try {
        return statement.run();
      } catch {
        if (this.inTransaction) this.exec('ROLLBACK');
        return { changes: 0, lastInsertRowid: 0 };
      }
    },
  };
};
