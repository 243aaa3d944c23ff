"""Weights: the first numbers of a seed, and those of safetensors files, matched by name.

``initial``  what each parameter begins with
``file``     safetensors, read and written; nothing is ever unpickled
``rename``   rules that turn a file's names into a network's
``match``    which tensor serves which parameter, or everything that does not fit
"""
