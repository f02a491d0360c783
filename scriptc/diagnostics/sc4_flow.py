"""SC4xx: control flow, and names that may be unset."""

from __future__ import annotations

from scriptc.diagnostics.codeinfo import code, warning

RECORDS = (
    code(
        402, "name-maybe-unset", "a name that is not set on every path",
        """
        On at least one path to this use nothing was assigned to the name. Python would raise `UnboundLocalError` there, only
        when that path is taken.
        """,
        """
        @script
        def pick(x, flag: bool):
            if flag:
                y = x * 2
            return y
        """,
        """
        @script
        def pick(x, flag: bool):
            y = x
            if flag:
                y = x * 2
            return y
        """,
        help="assign it before the branch",
    ),
    code(
        404, "recursive-type", "the result type of this recursive function cannot be told",
        """
        Every path through the function calls it again or raises, or each call of it inside itself has arguments of other
        types: nothing says what it returns.
        """,
        """
        def down(n: int):
            return down(n - 1)

        @script
        def start(n: int) -> int:
            return down(n)
        """,
        """
        def down(n: int):
            return 0 if n == 0 else down(n - 1)

        @script
        def start(n: int) -> int:
            return down(n)
        """,
        help="give it a path that ends the recursion",
    ),
    warning(
        450, "array-rebuilt-in-loop", "an array is rebuilt on each turn of a loop",
        """
        `np.append` and `np.concatenate` make a new array and copy all of the old one into it. In a loop that runs as long as the
        data say, the time grows with the square of the number of turns, and the shape is another one on each turn, so that
        nothing about it is known when compiling. Loops over the layers of a model and other loops whose length is known are left alone.
        """,
        """
        @script
        def running(xs: list[float]):
            out = np.zeros(0)
            total = 0.0
            for x in xs:
                total += x
                out = np.append(out, total)
            return out
        """,
        """
        @script
        def running(xs: list[float]):
            out: list[float] = []
            total = 0.0
            for x in xs:
                total += x
                out.append(total)
            return np.array(out)
        """,
        help="collect the parts in a list and make the array once, after the loop",
    ),
    warning(
        451, "index-loop", "a loop over indices that are only used to take the items",
        """
        `for i in range(len(layers))` with nothing but `layers[i]` in its body says in two steps what `for layer in layers` says in
        one. Over the modules of a model it also costs: which module is called is then looked up by a number.
        """,
        """
        from scriptc import nn

        class Net(nn.Module):
            def __init__(self):
                self.layers = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])

            def forward(self, x: np.ndarray) -> np.ndarray:
                for i in range(len(self.layers)):
                    x = self.layers[i](x)
                return x


        model = script(Net())
        """,
        """
        from scriptc import nn

        class Net(nn.Module):
            def __init__(self):
                self.layers = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])

            def forward(self, x: np.ndarray) -> np.ndarray:
                for layer in self.layers:
                    x = layer(x)
                return x


        model = script(Net())
        """,
        help="loop over the items themselves",
    ),
)  # fmt: skip
