export const total = (sums: readonly number[]): number => sums.reduce((all, sum) => all + sum, 0);
