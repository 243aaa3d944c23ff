"""Weights: the first numbers of a seed, and those of safetensors files, matched by name.

``initial``  what each parameter begins with
``file``     safetensors, read and written; nothing is ever unpickled
``rename``   rules that turn a file's names into a network's
``pieces``   parameters part by part, so that a file can be written without holding one
``match``    which tensor serves which parameter, or everything that does not fit
"""
