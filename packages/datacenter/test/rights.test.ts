import { sqliteDatabase } from './databases.ts';
import { rightsCases } from './rights-cases.ts';

rightsCases('SQLite', sqliteDatabase);
