SHIFT: tuple[float, ...] = (0.0,) * 37
STRETCH: tuple[float, ...] = (1.0,) * 37
LOWEST: tuple[float, ...] = (-1e9,) * 37
HIGHEST: tuple[float, ...] = (1e9,) * 37
