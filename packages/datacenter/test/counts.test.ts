import { countsCases } from './counts-cases.ts';
import { sqliteDatabase } from './databases.ts';

countsCases('SQLite', sqliteDatabase);
