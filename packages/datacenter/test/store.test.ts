import { sqliteDatabase } from './databases.ts';
import { storeCases } from './store-cases.ts';

storeCases('SQLite', sqliteDatabase);
