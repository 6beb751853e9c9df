/**
 * Compiles the programs of test/contract against the source or the built declarations: they must compile but for the lines that
 * say otherwise, refused/ what must never, not-yet/ what waits for a part that is not built.
 *
 *   node scripts/check-contract.mjs source|built
 */
import { judgePrograms } from './contract.mjs';

const CONFIGS = { source: 'test/contract/tsconfig.json', built: 'test/contract/tsconfig.dist.json' };

const [against] = process.argv.slice(2);
if (!Object.hasOwn(CONFIGS, against ?? '')) {
  console.error(`Usage: node scripts/check-contract.mjs ${Object.keys(CONFIGS).join('|')}`);
  process.exit(1);
}
const programs = judgePrograms(CONFIGS[against]);
const problems = programs.flatMap((program) => program.problems);
for (const problem of problems) console.error(`test/contract/${problem}`);
const sum = (wanted) =>
  programs.filter(({ file }) => file.startsWith('not-yet/') === wanted).reduce((n, p) => n + p.refused, 0);
console.log(
  `${programs.length} contract programs against the ${against === 'built' ? 'built declarations' : 'source'}: ` +
    `${sum(false)} lines refused, ${sum(true)} wait for parts not built yet, ${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
