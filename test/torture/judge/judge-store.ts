import type { Fact, StoreName } from './facts.ts';
import { corrupt, type Finding } from './finding.ts';
import { judgeBoxOffice } from './judge-box-office.ts';
import { type FilesAsTold, judgeFiles } from './judge-files.ts';
import { judgeLedger } from './judge-ledger.ts';
import { judgePayments } from './judge-payments.ts';
import type { Depth } from './whole-database.ts';

/** Opens one store of a data folder with the product's own recovery, and holds against it what was told. A store that cannot be opened is corrupt. */
export async function judgeStore(
  store: StoreName,
  folder: string,
  facts: readonly Fact[],
  files: FilesAsTold,
  depth: Depth,
): Promise<readonly Finding[]> {
  try {
    switch (store) {
      case 'ledger':
        return judgeLedger(
          folder,
          facts.filter((fact) => fact.store === store),
          depth,
        );
      case 'box-office':
        return judgeBoxOffice(
          folder,
          facts.filter((fact) => fact.store === store),
          depth,
        );
      case 'payments':
        return judgePayments(
          folder,
          facts.filter((fact) => fact.store === store),
        );
      case 'files':
        return await judgeFiles(folder, facts.some(({ kind }) => kind === 'ready') ? files : undefined);
    }
  } catch (cause) {
    return [corrupt(`${store} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`)];
  }
}
