import { expect, it } from "vitest";
import { expectFaults, findFaults } from "../../support/marked-yaml.js";

it.each([
  [
    "two files of one name",
    `
    workflow: one
    === pay.yaml
    workflow: two
    === pay.yml
    workflow: three
    ^ clashing-files: The handlers of \`pay.yaml\` and of \`pay.yml\` would stand in one folder. Rename one of the files.
    `,
  ],
  [
    "two files that are one on a disk that ignores case",
    `
    workflow: one
    === Loan.yaml
    workflow: two
    === loan.yml
    workflow: three
    ^ clashing-files: The handlers of \`Loan.yaml\` and of \`loan.yml\`
    `,
  ],
])("reports %s", (_title, yaml) => expectFaults(yaml));

it.each([
  ['a";process.exit(1);".yaml'],
  ["a\nb.yaml"],
  ["a'b.yaml"],
  ["a\\b.yaml"],
  ["a*b.yaml"],
  ["a\u202eb.yaml"],
  ["$(a).yaml"],
  ["`a`.yaml"],
  ["a..yaml"],
  [".yaml"],
  [".hidden.yaml"],
])("refuses a file called %j", (name) => {
  const faults = findFaults([{ path: `workflows/${name}`, text: "workflow: ok\n" }]);
  expect(faults.map(({ code, message }) => [code, message.slice(-60)])).toEqual([
    ["invalid-name", "stand in a folder of that name. Use letters, digits, `_` and `-`.".slice(-60)],
  ]);
});

it.each([["savings.yaml"], ["savings.v2.yml"], ["Spar-Kreise_2.yaml"], ["zażółć.yaml"], ["two words.yaml"]])(
  "takes a file called %j",
  (name) => expect(findFaults([{ path: `workflows/${name}`, text: "workflow: ok\n" }])).toEqual([]),
);
