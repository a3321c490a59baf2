// One query of the compiler's model checker: SMT-LIB 2 on standard input, the solver's answer on standard output.
const { readFileSync } = require("node:fs");
const { init } = require("z3-solver");

async function main() {
  const { Z3 } = await init();
  const context = Z3.mk_context(Z3.mk_config());
  process.stdout.write(await Z3.eval_smtlib2_string(context, readFileSync(0, "utf8")));
  // The solver's threads would keep the process alive.
  process.exit(0);
}

main();
