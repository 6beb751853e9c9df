// A contender of the benchmarks that answers quickly and wrongly: this must be noticed.
export const contender = {
  async local() {
    const answer = () => ({ n: 0 });
    return { reply: answer, later: answer, checked: answer };
  },
};
