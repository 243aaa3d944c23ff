"""Runs a command and prints what it took, as JSON: seconds by the clock, of processors, its peak of memory.

`python -I -S benchmarks/launcher.py COMMAND …`. A system counts to a child's memory what its parent held when
the child began, so this parent is a small one. The peak is in the system's unit.
"""

import json
import os
import subprocess
import sys
import time

started = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(child.pid, 0)
print(json.dumps([time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss]))
sys.exit(1 if status else 0)
