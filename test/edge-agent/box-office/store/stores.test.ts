import { createMemoryBoxOfficeStore } from '#agent/box-office/store/memory/memory-box-office-store.ts';
import { openSqliteBoxOfficeStore } from '#agent/box-office/store/sqlite/sqlite-box-office-store.ts';
import { boxOfficeStoreContract } from '#test/contract/box-office-store.contract.ts';

boxOfficeStoreContract('in memory', createMemoryBoxOfficeStore);
boxOfficeStoreContract('SQLite', () => openSqliteBoxOfficeStore(':memory:'));
